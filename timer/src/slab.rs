//! Values with numbers: where the wheel keeps its timers, and the executor its tasks and sockets.
//!
//! A value keeps its number for as long as it is there; the numbers of those that are gone are given
//! out again. The crate `slab` does the same with one growing vector, which stays as large as it
//! ever was. Here the values lie in pages of sixteen, and all pages without values but one are given
//! back: so the memory follows what is there now. (A vector whose last value stays cannot shrink.)

use std::ops::{Index, IndexMut};

/// How many values a page has room for.
const PAGE: usize = 16;
/// The bits of a page in which every place is taken.
const FULL: u16 = u16::MAX;
/// The end of the list of pages with room.
const NONE: u32 = u32::MAX;
/// A directory of so many pages is worth giving back.
const LARGE: usize = 64;

/// Values with numbers; see the top of this file. Inserting, finding and removing take constant
/// time.
///
/// ```
/// use timer::Slab;
///
/// let mut slab = Slab::default();
/// let coffee = slab.insert("coffee");
/// assert_eq!(slab.get(coffee), Some(&"coffee"));
/// assert_eq!(slab.remove(coffee), Some("coffee"));
/// assert_eq!(slab.get(coffee), None);
/// ```
#[derive(Debug)]
pub struct Slab<T> {
    pages: Vec<Page<T>>,
    /// The first page that has room; each names the next one.
    with_room: u32,
    /// A page's memory that was given back last: values that come and go at the edge of a page
    /// allocate nothing.
    spare: Option<Box<[Option<T>; PAGE]>>,
    len: usize,
}

#[derive(Debug)]
struct Page<T> {
    /// `None` while the page has no values, unless it is the only one.
    values: Option<Box<[Option<T>; PAGE]>>,
    /// Bit `n` is set when place `n` is taken.
    taken: u16,
    /// The next page with room, if this one has room.
    next_with_room: u32,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { pages: Vec::new(), with_room: NONE, spare: None, len: 0 }
    }
}

impl<T> Slab<T> {
    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number that the next value will have.
    #[inline]
    pub fn next_number(&self) -> usize {
        match self.pages.get(self.with_room as usize) {
            Some(page) => self.with_room as usize * PAGE + page.taken.trailing_ones() as usize,
            None => self.pages.len() * PAGE,
        }
    }

    /// Adds a value and returns its number.
    ///
    /// # Panics
    /// When there are more than `u32::MAX` pages: no memory is that large.
    #[inline]
    pub fn insert(&mut self, value: T) -> usize {
        let number = self.next_number();
        if self.with_room == NONE {
            self.with_room = u32::try_from(self.pages.len()).expect("fewer than u32::MAX pages");
            self.pages.push(Page { values: None, taken: 0, next_with_room: NONE });
        }
        let page = &mut self.pages[number / PAGE];
        let empty = || self.spare.take().unwrap_or_else(|| Box::new([const { None }; PAGE]));
        page.values.get_or_insert_with(empty)[number % PAGE] = Some(value);
        page.taken |= 1 << (number % PAGE);
        if page.taken == FULL {
            self.with_room = page.next_with_room;
        }
        self.len += 1;
        number
    }

    /// The value with a number, if there is one.
    #[inline]
    pub fn get(&self, number: usize) -> Option<&T> {
        self.pages.get(number / PAGE)?.values.as_ref()?[number % PAGE].as_ref()
    }

    /// The value with a number, if there is one.
    #[inline]
    pub fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.pages.get_mut(number / PAGE)?.values.as_mut()?[number % PAGE].as_mut()
    }

    /// Takes a value out; its number may be given to another one.
    #[inline]
    pub fn remove(&mut self, number: usize) -> Option<T> {
        let page = self.pages.get_mut(number / PAGE)?;
        let value = page.values.as_mut()?[number % PAGE].take()?;
        if page.taken == FULL {
            page.next_with_room = self.with_room;
            self.with_room = (number / PAGE) as u32;
        }
        page.taken &= !(1 << (number % PAGE));
        self.len -= 1;
        // The only page stays: one value that comes and goes, over and over, costs no more than this.
        if page.taken == 0 && self.pages.len() > 1 {
            self.spare = self.pages[number / PAGE].values.take();
            if self.len == 0 {
                self.forget_pages();
            }
        }
        Some(value)
    }

    /// No page has values any more: neither are their numbers needed.
    fn forget_pages(&mut self) {
        self.with_room = NONE;
        self.pages.clear();
        if self.pages.capacity() > LARGE {
            self.pages = Vec::new();
        }
    }

    /// The first value whose number is `from` or more, with its number.
    pub fn first_from(&self, from: usize) -> Option<(usize, &T)> {
        let rest = self.pages.get(from / PAGE..)?.iter().zip(from / PAGE..);
        rest.flat_map(|(page, number)| page.iter(number)).find(|(number, _)| *number >= from)
    }

    /// All values, in the order of their numbers, with these.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        self.pages.iter().zip(0..).flat_map(|(page, number)| page.iter(number))
    }
}

/// # Panics
/// When no value has the number.
impl<T> Index<usize> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, number: usize) -> &T {
        self.get(number).expect("a value with this number is there")
    }
}

impl<T> IndexMut<usize> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, number: usize) -> &mut T {
        self.get_mut(number).expect("a value with this number is there")
    }
}

impl<T> Page<T> {
    fn iter(&self, number: usize) -> impl Iterator<Item = (usize, &T)> {
        let values = self.values.iter().flat_map(|values| values.iter());
        let numbered = values.zip(number * PAGE..);
        numbered.filter_map(|(value, number)| Some((number, value.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_what_a_map_keeps_and_no_second_page_without_values(
            calls in prop::collection::vec((0u32..5, any::<usize>()), 1..400)
        ) {
            let (mut slab, mut map) = (Slab::default(), BTreeMap::new());
            for (kind, noise) in calls {
                let number = map.keys().nth(noise % map.len().max(1)).copied();
                match (kind, number) {
                    (0..3, _) => {
                        let expected = slab.next_number();
                        prop_assert_eq!(slab.insert(noise), expected);
                        prop_assert_eq!(map.insert(expected, noise), None);
                    }
                    (_, Some(number)) => {
                        prop_assert_eq!(slab.remove(number), map.remove(&number));
                        prop_assert_eq!(slab.remove(number), None);
                    }
                    _ => {}
                }
                prop_assert_eq!(slab.len(), map.len());
                prop_assert!(slab.iter().eq(map.iter().map(|(number, value)| (*number, value))));
                let from = noise % 100;
                let first = map.range(from..).next().map(|(number, value)| (*number, value));
                prop_assert_eq!(slab.first_from(from), first);
                let is_only = slab.pages.len() == 1;
                for page in &slab.pages {
                    prop_assert_eq!(page.values.is_some(), page.taken != 0 || is_only);
                }
            }
        }
    }

    #[test]
    fn a_peak_leaves_no_more_than_a_page_for_each_value_that_stays() {
        let mut slab = Slab::default();
        let numbers: Vec<_> = (0..100_000).map(|value| slab.insert(value)).collect();
        // The last one stays, and one in the middle.
        for number in numbers {
            if ![50_000, 99_999].contains(&number) {
                slab.remove(number);
            }
        }
        assert_eq!(slab.pages.iter().filter(|page| page.values.is_some()).count(), 2);
        slab.remove(50_000);
        slab.remove(99_999);
        assert_eq!(slab.pages.capacity(), 0);
    }
}
