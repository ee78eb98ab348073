//! What a browser keeps: the session cookie.

use porchlight_backend::testing::age_sessions_in;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response};

use crate::app::TestApp;

/// Thirty days, less what a slow machine may take to answer.
const LIFETIME_S: std::ops::RangeInclusive<u32> = 2_591_940..=2_592_000;

fn ask(app: &TestApp, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}{path}", app.url);
    app.nobody().http.request(method, url)
}

/// The session cookies an answer sets, each with its attributes.
fn cookies_of(answer: &Response) -> Vec<String> {
    answer
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.to_str().expect("text").to_owned())
        .collect()
}

/// How long a browser keeps a cookie.
fn seconds_of(cookie: &str) -> u32 {
    cookie
        .split("; ")
        .find_map(|attribute| attribute.strip_prefix("Max-Age="))
        .and_then(|seconds| seconds.parse().ok())
        .expect("a number of seconds")
}

#[tokio::test]
async fn a_browser_that_is_used_stays_signed_in() {
    let app = TestApp::start().await;
    let form = "name=Ada+Lovelace&email=ada%40example.org&password=a+long+password&next=%2F";
    let signed_up = ask(&app, Method::POST, "/api/ui/v1/sign-up")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .expect("an answer");
    let [cookie] = cookies_of(&signed_up).try_into().expect("one cookie");
    assert!(LIFETIME_S.contains(&seconds_of(&cookie)), "{cookie}");
    let (session, _) = cookie.split_once(';').expect("attributes");
    let asked = async |method, path| {
        let request = ask(&app, method, path).header(COOKIE, session);
        let answer = request.header(ACCEPT, "application/json").send().await;
        answer.expect("an answer")
    };

    age_sessions_in(&app.database_url()).await;
    let used = asked(Method::GET, "/api/v1/me").await;
    let [anew] = cookies_of(&used).try_into().expect("one cookie");
    assert!(anew.starts_with(session) && LIFETIME_S.contains(&seconds_of(&anew)));
    let again = asked(Method::GET, "/api/v1/me").await;
    assert_eq!(again.status(), 200);
    assert!(cookies_of(&again).is_empty(), "once a minute");

    let signed_out = asked(Method::POST, "/api/ui/v1/sign-out").await;
    let [forgotten] = cookies_of(&signed_out).try_into().expect("one cookie");
    assert!(forgotten.contains("porchlight_session=; Path=/; Max-Age=0"));
    app.service.stop().await;
}
