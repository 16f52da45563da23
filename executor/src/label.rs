//! What people call a task.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

/// A task's name, and the line that spawned it.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    name: Name,
    pub(crate) site: &'static Location<'static>,
}

#[derive(Clone, Debug)]
enum Name {
    Given(Cow<'static, str>),
    /// The name of the future's type, which is that of the `async fn` with its path around it.
    Type(&'static str),
}

impl Label {
    #[track_caller]
    pub(crate) fn of_type<F>() -> Self {
        Self { name: Name::Type(std::any::type_name::<F>()), site: Location::caller() }
    }

    /// [`of_type`](Self::of_type), for types that cannot be written down.
    #[track_caller]
    pub(crate) fn of_value<F>(_value: &F) -> Self {
        Self::of_type::<F>()
    }

    #[track_caller]
    pub(crate) fn named(name: Cow<'static, str>) -> Self {
        Self { name: Name::Given(name), site: Location::caller() }
    }

    /// For an `async fn` its last name: `breakfast` of `lessons::breakfast::{{closure}}`.
    pub(crate) fn name(&self) -> Cow<'static, str> {
        let path = match &self.name {
            Name::Given(name) => return name.clone(),
            Name::Type(path) => path,
        };
        // Of a trait's method: `go::{{closure}}` of `<Type as Trait>::go::{{closure}}`.
        let method = path.rsplit(">::").next().filter(|_| path.starts_with('<'));
        let path = method.unwrap_or(path);
        // A boxed future is named for what is in the box.
        let path =
            path.trim_start_matches("core::pin::Pin<").trim_start_matches("alloc::boxed::Box<");
        let path = path.trim_start_matches("dyn ").split('<').next().unwrap_or(path);
        let name = path.rsplit("::").find(|segment| !segment.starts_with('{'));
        Cow::Borrowed(name.unwrap_or(path))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}', spawned at {}", Printable(&self.name()), self.site)
    }
}

/// Somebody else's text, in a line of ours: control characters, line ends and escape sequences are
/// shown, and not carried out.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            // Those that turn the direction of writing, too, change what others look like.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                write!(f, "{}", char.escape_unicode())
            }
            char if char.is_control() => write!(f, "{}", char.escape_debug()),
            char => fmt::Write::write_char(f, char),
        })
    }
}

/// The line `site`, if it is one of a program: not of this crate's, nor of the standard library's,
/// which poll what is in a task or a box.
pub(crate) fn of_a_program(site: &'static Location<'static>) -> Option<&'static Location<'static>> {
    let ours = file!().strip_suffix("label.rs").expect("this is the file's name");
    let is_elsewhere = [ours, "/rustc/"].iter().any(|place| site.file().starts_with(place));
    (!is_elsewhere).then_some(site)
}
