//! What stands between Short Order and a library that asks its runtime for something: an adapter
//! a file, to be copied by whoever needs it. `tests/programs/README.md` has the table.

pub mod hickory;
pub mod hyper;
pub mod quinn;
