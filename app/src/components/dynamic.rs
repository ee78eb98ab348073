//! What changes on a page.
//!
//! Every closure in a view is a type of its own, and the code that hydrates, builds and updates it is made
//! anew for each: boxed, they share it. It is the difference between a page that people wait for and one
//! they don't.

use leptos::prelude::*;

/// A part of a page that is made anew when what it reads changes.
pub type Part = Box<dyn FnMut() -> AnyView + Send>;
/// Words, or the value of an attribute, that change.
pub type Words = Box<dyn FnMut() -> String + Send>;

/// A part that is always there.
pub fn part(view: impl FnMut() -> AnyView + Send + 'static) -> Part {
    Box::new(view)
}

/// A part that may be absent.
pub fn maybe(mut view: impl FnMut() -> Option<AnyView> + Send + 'static) -> Part {
    Box::new(move || view().unwrap_or_else(|| ().into_any()))
}

/// Words that change.
pub fn words<W: Into<String>>(mut words: impl FnMut() -> W + Send + 'static) -> Words {
    Box::new(move || words().into())
}

/// Does something now, and again when what it reads changes; in the browser only.
pub fn effect(act: impl FnMut() + 'static) {
    let act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(act);
}

/// A part whose code is fetched when it is shown. The page around it stays as it is meanwhile: what waits inside a page's
/// own `<Suspense>` takes the whole page off the screen, and the map with it.
pub fn later(code: impl Future<Output = AnyView> + Send + 'static) -> AnyView {
    view! { <Suspense fallback=|| ()>{Suspend::new(code)}</Suspense> }.into_any()
}
