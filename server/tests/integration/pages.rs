//! Pages as the server renders them.

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt};
use porchlight_domain::people::Role;

use crate::app::Caller;
use crate::service_worker::{site, start};

/// How often each page is asked for, and how many at once: what a page reads while it is rendered was gone too
/// early in one of eighty.
const TIMES: usize = 200;
const AT_ONCE: usize = 12;

/// What stands in the title of a page, each time that it is asked for.
async fn titles(caller: &Caller, path: &str) -> BTreeSet<String> {
    let answers = stream::iter(0..TIMES).map(|_| async {
        let answer = caller.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let page = answer.0.text().await.expect("a page");
        assert!(page.contains("</html>"), "{path}: {page}");
        let title = page
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next());
        title.expect("a title").to_owned()
    });
    answers.buffer_unordered(AT_ONCE).collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_are_whole_however_many_are_asked_for_at_once() {
    let site = site();
    let app = start(site.path()).await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let reference = app.loaded(&admin, &ada, &courier).await;
    let parcel = format!("/deliveries/{reference}");
    let label = format!("{parcel}/label");

    let pages = [
        (&ada, &*parcel, &*reference),
        (&admin, &label, &reference),
        (&courier, "/courier", "run"),
        (&admin, "/admin", "Operations"),
        (&ada, "/", ""),
    ];
    for (caller, path, word) in pages {
        let titles = titles(caller, path).await;
        let is_the_same = titles.len() == 1 && titles.iter().all(|title| title.contains(word));
        assert!(is_the_same, "{path}: {titles:?}");
    }
    app.service.stop().await;
}
