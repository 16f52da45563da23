//! Cuts what does not compile out of a file of tests, item by item, so that the rest can run.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, Item, UseTree};

/// A piece of a file that can be cut out without making the rest meaningless.
#[derive(Debug)]
pub struct Piece {
    pub bytes: Range<usize>,
    /// If it is a test, its name.
    pub test: Option<String>,
}

/// All pieces of a file, those inside others too.
pub fn pieces_of(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    match syn::parse_file(text) {
        Ok(file) => add_items(&file.items, "", &mut pieces),
        Err(error) => eprintln!("a file that syn does not read: {error}"),
    }
    pieces
}

/// The smallest piece around this byte.
pub fn around(pieces: &[Piece], byte: usize) -> Option<&Piece> {
    let around = pieces.iter().filter(|piece| piece.bytes.contains(&byte));
    around.min_by_key(|piece| piece.bytes.len())
}

/// Overwrites it with blanks: what is left stays where it was.
pub fn blank(text: &mut String, bytes: Range<usize>) {
    let blanks = |c: char| if c == '\n' { "\n".into() } else { " ".repeat(c.len_utf8()) };
    let blanked: String = text[bytes.clone()].chars().map(blanks).collect();
    text.replace_range(bytes, &blanked);
}

fn add_items(items: &[Item], path: &str, pieces: &mut Vec<Piece>) {
    for item in items {
        let bytes = item.span().byte_range();
        let mut test = None;
        match item {
            Item::Use(item) => add_leaves(&item.tree, pieces),
            Item::Fn(item) if is_test(&item.attrs) => {
                test = Some(format!("{path}{}", item.sig.ident));
            }
            Item::Impl(item) => add_methods(&item.items, pieces),
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    add_items(items, &format!("{path}{}::", item.ident), pieces);
                }
            }
            // A macro around tests makes several of each: the module is not known here.
            Item::Macro(item) => {
                if let Ok(file) = syn::parse2::<syn::File>(item.mac.tokens.clone()) {
                    add_items(&file.items, "", pieces);
                }
            }
            _ => {}
        }
        pieces.push(Piece { bytes, test });
    }
}

fn add_methods(items: &[ImplItem], pieces: &mut Vec<Piece>) {
    for item in items {
        pieces.push(Piece { bytes: item.span().byte_range(), test: None });
    }
}

/// The names of a `use`, each up to the next one, so that its comma goes with it.
fn add_leaves(tree: &UseTree, pieces: &mut Vec<Piece>) {
    match tree {
        UseTree::Path(path) => add_leaves(&path.tree, pieces),
        UseTree::Group(group) => {
            let starts = group.items.iter().skip(1).map(|tree| tree.span().byte_range().start);
            let ends = starts.chain([group.span().byte_range().end - 1]);
            for (tree, end) in group.items.iter().zip(ends) {
                let start = tree.span().byte_range().start;
                pieces.push(Piece { bytes: start..end, test: None });
                add_leaves(tree, pieces);
            }
        }
        UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

/// Whether one of the attributes is `test` of whichever crate.
fn is_test(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "test")
    };
    attributes.iter().any(is_test)
}
