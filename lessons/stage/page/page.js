// Shows the runs that are in this page.

import { Stage } from "./main.js";

window.stage = new Stage(); // for whoever has the browser's console open, and for the tests
window.stage.show(document);
