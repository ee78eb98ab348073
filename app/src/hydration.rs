//! Whether the page that the server rendered has come alive.
//!
//! Until then everything on it must stay as it was rendered: what is bound to an element that should be there, and is
//! not, takes the whole page down.

use std::cell::RefCell;

use futures::channel::oneshot;

thread_local! {
    /// Those who wait; none once it has.
    static WAITING: RefCell<Option<Vec<oneshot::Sender<()>>>> = const { RefCell::new(Some(Vec::new())) };
}

/// Says that it has.
pub fn finish() {
    for waiting in WAITING.take().into_iter().flatten() {
        // Whoever waited may be gone.
        let _ = waiting.send(());
    }
}

/// Waits until it has.
pub async fn finished() {
    let waiting = WAITING.with_borrow_mut(|all| {
        let (sender, waiting) = oneshot::channel();
        all.as_mut()?.push(sender);
        Some(waiting)
    });
    if let Some(waiting) = waiting {
        let _ = waiting.await;
    }
}
