//! The page's frame, with its looks and its script in it.

use std::fmt::Write;

use super::markup::{attribute, script, text};
use super::runtime;

macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/page/", $name))
    };
}

const FRAME: &str = asset!("page.html");
const INDEX: &str = asset!("index.html");
const LOOK: &str = concat!(asset!("look.css"), asset!("sizes.css"));

/// The script's modules, each behind those that it imports from.
const MODULES: &[(&str, &str)] = &[
    ("dom.js", asset!("dom.js")),
    ("lines.js", asset!("lines.js")),
    ("journal.js", asset!("journal.js")),
    ("state.js", asset!("state.js")),
    ("replay.js", asset!("replay.js")),
    ("places.js", asset!("places.js")),
    ("causes.js", asset!("causes.js")),
    ("parts.js", asset!("parts.js")),
    ("loop.js", asset!("loop.js")),
    ("tasks.js", asset!("tasks.js")),
    ("world.js", asset!("world.js")),
    ("wheel.js", asset!("wheel.js")),
    ("program.js", asset!("program.js")),
    ("why.js", asset!("why.js")),
    ("arrow.js", asset!("arrow.js")),
    ("lanes.js", asset!("lanes.js")),
    ("timeline.js", asset!("timeline.js")),
    ("words.js", asset!("words.js")),
    ("keys.js", asset!("keys.js")),
    ("main.js", asset!("main.js")),
    BEGINNING,
];

/// What shows the runs that are in the page itself.
const BEGINNING: (&str, &str) = ("page.js", asset!("page.js"));

/// The page up to where its story begins.
pub(super) fn head(title: &str) -> String {
    FRAME
        .trim_end()
        .replace("{{title}}", &text(title))
        .replace("{{runtime}}", &script(&runtime::stations()))
        .replace("{{head}}", HEAD)
        .replace("{{style}}", LOOK)
        .replace("{{script}}", &bundled(MODULES))
}

/// A page of one file has all in it. Without its script, the story in it is the page.
const HEAD: &str = "<style>{{style}}</style>\n\
    <script>document.documentElement.className = \"js\";</script>\n\
    <script type=\"module\">{{script}}</script>";

/// The page without a run in it, for a server; `head` names the files that it is to load, of which
/// most are the [`page_files`].
pub fn page_frame(title: &str, head: &str) -> String {
    let frame = FRAME.replace("<html lang=\"en\">", "<html lang=\"en\" class=\"js\">");
    let frame = frame.replace("{{title}}", &text(title)).replace("{{head}}", head);
    let frame = frame.replace("{{runtime}}", &script(&runtime::stations()));
    format!("{frame}</div>\n<noscript>This page needs JavaScript.</noscript>\n</body></html>\n")
}

/// The files that a page is made of, each with its name: how it looks, and the modules of its
/// script. `main.js` has the class `Stage`, which shows runs.
pub fn page_files() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    MODULES.iter().filter(|module| **module != BEGINNING).chain(&[("look.css", LOOK)])
}

/// One script of several modules, as a page of one file cannot import: each becomes a function that
/// returns what the module exports.
fn bundled(modules: &[(&str, &str)]) -> String {
    let mut script = String::from("const modules = {};\n");
    for (name, source) in modules {
        let _ = writeln!(script, "modules[\"./{name}\"] = (() => {{");
        let mut exports = Vec::new();
        for line in source.lines() {
            let _ = writeln!(script, "{}", without_module(line, &mut exports));
        }
        let _ = writeln!(script, "return {{ {} }};\n}})();", exports.join(", "));
    }
    script
}

/// An import becomes a constant, an export a plain declaration: each stands in one line.
fn without_module<'a>(line: &'a str, exports: &mut Vec<&'a str>) -> String {
    if let Some((names, file)) =
        line.strip_prefix("import ").and_then(|import| import.split_once(" from "))
    {
        return format!("const {names} = modules[{}];", file.trim_end_matches(';'));
    }
    let Some(declared) = line.strip_prefix("export ") else { return line.to_owned() };
    let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    exports.extend(
        declared
            .split_once(' ')
            .map(|(_, rest)| rest.split(|c| !is_of_name(c)).next().unwrap_or_default()),
    );
    declared.to_owned()
}

/// A page that lists others: of each its file, its name, what it is about, and by which clock it
/// was played.
pub fn page_index(title: &str, pages: &[(String, &str, &str, &str)]) -> String {
    let mut entries = String::new();
    for (file, name, about, clock) in pages {
        let _ = writeln!(
            entries,
            "<li><a href='{}'><b>{}</b> {}<small>played by {}</small></a>",
            attribute(file),
            text(name),
            text(about),
            text(clock)
        );
    }
    INDEX.replace("{{title}}", &text(title)).replace("{{entries}}", &entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_becomes_a_function_that_returns_what_it_exports() {
        let one = "export const one = 1;\nexport function two() {}\nexport class Three {}\n";
        let other = "import { one, two } from \"./one.js\";\ntwo(one);\n";
        let script = bundled(&[("one.js", one), ("other.js", other)]);
        let expected = r#"const modules = {};
modules["./one.js"] = (() => {
const one = 1;
function two() {}
class Three {}
return { one, two, Three };
})();
modules["./other.js"] = (() => {
const { one, two } = modules["./one.js"];
two(one);
return {  };
})();
"#;
        assert_eq!(script, expected);
    }

    #[test]
    fn each_module_imports_from_those_before_it_and_in_one_line() {
        let mut before = Vec::new();
        for (name, source) in MODULES {
            for line in source.lines().filter(|line| line.starts_with("import ")) {
                let file = line.rsplit(" from ").next().unwrap_or_default();
                let is_known = before.iter().any(|known| file == format!("\"./{known}\";"));
                assert!(is_known, "{name}: {line}");
            }
            before.push(*name);
        }
    }
}
