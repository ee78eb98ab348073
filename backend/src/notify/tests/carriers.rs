//! Real parts that carry on, and fail in every way.

mod http;
mod smtp;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use porchlight_domain::delivery::Status;
use porchlight_domain::notification::{Channel, Kind, PushKeys, PushSubscription};
use serde_json::Value;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::{Auth, decrypt};

use self::http::{Answer, HttpService};
use self::smtp::{MailServer, Manner};
use super::{ended, kept, kinds, until, world_with};
use crate::holds;
use crate::holds::tests::{office, on_its_way};
use crate::notify::{self, MailSettings, PushSettings, Settings, SmsSettings};
use crate::testing::{TestDatabase, World};

/// A browser: it has the keys that nobody else has.
struct Browser {
    key: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    fn new() -> Self {
        // Any number that is not zero is a key.
        let mut bytes: [u8; 32] = rand::random();
        bytes[0] = 1;
        Self {
            key: SecretKey::from_slice(&bytes).expect("a key"),
            auth: rand::random(),
        }
    }

    fn at(&self, endpoint: String) -> PushSubscription {
        let point = self.key.public_key().to_encoded_point(false);
        PushSubscription {
            endpoint,
            keys: PushKeys {
                p256dh: URL_SAFE_NO_PAD.encode(point.as_bytes()),
                auth: URL_SAFE_NO_PAD.encode(self.auth),
            },
            replaces: None,
        }
    }

    fn read(&self, body: &[u8]) -> Value {
        let auth = Auth::clone_from_slice(&self.auth);
        let plain = decrypt(body.to_vec(), &self.key, &auth).expect("it is for this browser");
        serde_json::from_slice(&plain).expect("it is JSON")
    }
}

/// RFC 8291, appendix A: what a browser decrypts is what was said there.
#[test]
fn the_example_of_the_standard_is_read() {
    let key = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    let message = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    let decoded = |text| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let browser = Browser {
        key: SecretKey::from_slice(&decoded(key)).expect("a key"),
        auth: decoded("BTBZMqHH6r4Tts7J_aSIgg")
            .try_into()
            .expect("16 bytes"),
    };
    let auth = Auth::clone_from_slice(&browser.auth);
    let plain = decrypt(decoded(message), &browser.key, &auth).expect("readable");
    assert_eq!(plain, b"When I grow up, I want to be a watermelon");
}

fn pushing(service: &HttpService) -> Settings {
    Settings {
        push: Some(PushSettings {
            contact: Some("mailto:ops@example.org".into()),
            services: vec![service.url.clone()],
        }),
        ..Settings::default()
    }
}

async fn subscribe(world: &World, browser: &Browser, endpoint: String) {
    notify::subscribe(&world.ada, &world.backend, browser.at(endpoint))
        .await
        .expect("subscribed");
}

#[tokio::test]
async fn a_browser_can_read_what_is_pushed_and_nobody_else() {
    for database in TestDatabase::all().await {
        let service = HttpService::start(vec![Answer::status(201)]).await;
        let (world, _) = world_with(&database, pushing(&service)).await;
        let (browser, other) = (Browser::new(), Browser::new());
        subscribe(&world, &browser, format!("{}/push/1", service.url)).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let pushed = service.until(1).await.swap_remove(0);
        let news = browser.read(&pushed.body);
        assert_eq!(news["title"], "Your package is out for delivery.");
        assert_eq!(news["body"], format!("A parcel · {reference}"));
        assert_eq!(news["path"], format!("/deliveries/{reference}"));
        assert_eq!(news["actions"][0]["action"], "track");
        let auth = Auth::clone_from_slice(&other.auth);
        assert!(decrypt(pushed.body.clone(), &other.key, &auth).is_err());
        assert_eq!(pushed.path, "/push/1");
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        assert_eq!(pushed.header("ttl"), "43200");
        assert!(
            pushed.header("authorization").starts_with("vapid t=ey"),
            "{pushed:?}"
        );
        assert!(pushed.header("topic").len() <= 32);
        until("it is settled", || async { ended(&world).await.is_empty() }).await;
        world.step(reference, Status::Failed).await.expect("legal");
        let pushed = service.until(2).await;
        assert_eq!(
            browser.read(&pushed[1].body)["title"],
            "Your package could not be delivered."
        );
    }
}

#[tokio::test]
async fn a_browser_that_is_gone_is_given_up_and_its_person_told_in_the_app() {
    for database in TestDatabase::all().await {
        let service = HttpService::start(vec![Answer::status(410)]).await;
        let (world, _) = world_with(&database, pushing(&service)).await;
        subscribe(&world, &Browser::new(), format!("{}/push/1", service.url)).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let browsers = async || {
            let view = notify::preferences(&world.ada, &world.backend).await;
            view.expect("hers").push_browsers
        };
        until("it is given up", || async { browsers().await == 0 }).await;
        assert!(
            kinds(&world, &world.ada)
                .await
                .contains(&Kind::ChannelFailed)
        );
        world.step(reference, Status::Failed).await.expect("legal");
        assert_eq!(service.requests().len(), 1, "nothing more is sent there");
        let told = kinds(&world, &world.ada).await;
        assert_eq!(
            told.iter()
                .filter(|kind| **kind == Kind::ChannelFailed)
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_inside() {
    let inside = HttpService::start(vec![Answer::status(200)]).await;
    let location = format!("location: {}/secret\r\n", inside.url);
    let service = HttpService::start(vec![Answer {
        status: 307,
        headers: location,
        ..Answer::default()
    }])
    .await;
    let database = TestDatabase::sqlite();
    let (world, _) = world_with(&database, pushing(&service)).await;
    subscribe(&world, &Browser::new(), format!("{}/push/1", service.url)).await;
    world.out_for_delivery(&world.ada, 60.17, 24.94).await;
    service.until(1).await;
    let told = || async {
        kinds(&world, &world.ada)
            .await
            .contains(&Kind::ChannelFailed)
    };
    until("the endpoint is given up", told).await;
    assert_eq!(inside.requests().len(), 0);
}

/// An answer, a stall and a hang-up: each is tried again later, and what comes at last comes.
#[tokio::test]
async fn what_fails_for_a_while_is_sent_later_and_what_is_given_up_is_sent_again_by_hand() {
    for database in TestDatabase::all().await {
        let service = HttpService::start(vec![
            Answer::status(503),
            Answer {
                status: 429,
                headers: "retry-after: 120\r\n".into(),
                ..Answer::default()
            },
            Answer::HANG_UP,
            Answer::status(201),
            Answer::status(400),
            Answer::status(201),
        ])
        .await;
        let (world, clock) = world_with(&database, pushing(&service)).await;
        let browser = Browser::new();
        subscribe(&world, &browser, format!("{}/push/1", service.url)).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        for (tries, wait_s) in [(1, 20.0), (2, 60.0)] {
            service.until(tries).await;
            clock.advance_s(wait_s);
        }
        // The service asked for two minutes.
        assert_eq!(service.requests().len(), 2);
        for (wait_s, tries) in [(65.0, 3), (65.0, 4)] {
            // No farther: it is news for some hours only, by this clock.
            clock.advance_s(wait_s);
            service.until(tries).await;
        }
        assert_eq!(
            browser.read(&service.requests()[3].body)["title"],
            "Your package is out for delivery."
        );

        world.step(reference, Status::Failed).await.expect("legal");
        until("it is refused", || async { ended(&world).await.len() == 1 }).await;
        assert_eq!(ended(&world).await, [(Channel::Push, Kind::Failed)]);
        let entries = notify::outbox_entries(&world.admin, &world.backend).await;
        let entry = entries.expect("theirs").swap_remove(0);
        assert!(
            entry
                .problem
                .is_some_and(|problem| problem.starts_with("400"))
        );
        for other in [
            &world.ada,
            &world.courier,
            &crate::accounts::Actor::Anonymous,
        ] {
            assert!(
                notify::resend(other, &world.backend, &entry.id)
                    .await
                    .is_err()
            );
            assert!(notify::outbox_entries(other, &world.backend).await.is_err());
        }
        notify::resend(&world.admin, &world.backend, &entry.id)
            .await
            .expect("again");
        service.until(6).await;
        until("it is gone", || async { ended(&world).await.is_empty() }).await;
        let twice = notify::resend(&world.admin, &world.backend, &entry.id).await;
        assert!(matches!(twice, Err(crate::Error::NotFound)));
    }
}

#[tokio::test]
async fn a_service_that_is_down_is_left_alone_and_its_messages_are_kept() {
    let service = HttpService::start(vec![Answer::status(500)]).await;
    let database = TestDatabase::sqlite();
    let (world, _) = world_with(&database, pushing(&service)).await;
    subscribe(&world, &Browser::new(), format!("{}/push/1", service.url)).await;
    for _ in 0..12 {
        world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        // One after the other, so that each knows of the failure before.
        let tries = service.requests().len();
        if tries < 5 {
            service.until(tries.max(1)).await;
        }
    }
    until("some were tried", || async {
        service.requests().len() >= 5
    })
    .await;
    // Those that were under way at once may have been more; never all.
    assert!(
        service.requests().len() < 12,
        "{}",
        service.requests().len()
    );
    assert_eq!(
        kinds(&world, &world.ada).await.len(),
        12,
        "in the app they are"
    );
    assert!(ended(&world).await.is_empty(), "none is given up");
}

fn mailing(server: &MailServer) -> Settings {
    Settings {
        base_url: "https://parcels.example.org".into(),
        mail: Some(MailSettings {
            url: format!("smtp://{}", server.address),
            from: "Porchlight <parcels@example.org>".into(),
        }),
        ..Settings::default()
    }
}

#[tokio::test]
async fn a_letter_says_it_in_two_forms_and_has_a_way_out() {
    for database in TestDatabase::all().await {
        let server = MailServer::start(Manner::Takes).await;
        let (world, _) = world_with(&database, mailing(&server)).await;
        notify::remember_language(&world.backend, &World::id(&world.ada), "fi")
            .await
            .expect("remembered");
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let letter = server.until(1).await.swap_remove(0);
        assert_eq!(letter.to, "ada@example.org");
        let text = letter.text();
        assert!(text.contains("multipart/alternative"), "{text}");
        assert!(
            text.contains("List-Unsubscribe: <https://parcels.example.org/api/v1/unsubscribe/")
        );
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        assert!(text.contains("Auto-Submitted: auto-generated"));
        let unfolded = text.replace("=\r\n", "");
        assert!(unfolded.contains(&format!(
            "https://parcels.example.org/deliveries/{reference}"
        )));
        assert!(unfolded.contains("https://parcels.example.org/unsubscribe/"));
        assert!(unfolded.contains("jakeluun"), "in her language: {unfolded}");
    }
}

/// A parcel of Ada's lies at a post office; with what it is collected.
async fn ready(world: &World) -> String {
    let office = office(&world.backend, 1, 5).await;
    let reference = on_its_way(world, &office).await;
    let held = world.step(reference, Status::Held).await;
    held.expect("it is expected there");
    let hold = holds::hold(&world.ada, &world.backend, reference).await;
    let pass = hold.expect("hers").and_then(|hold| hold.pass);
    pass.expect("it is there").code
}

#[tokio::test]
async fn who_is_told_that_a_parcel_is_there_is_told_its_code_and_the_outbox_does_not_keep_it() {
    for database in TestDatabase::all().await {
        let server = MailServer::start(Manner::Takes).await;
        let (world, _) = world_with(&database, mailing(&server)).await;
        let said = format!("Your pick-up code is {}.", ready(&world).await);
        for count in 1.. {
            let letters = server.until(count).await;
            let says = |text: &str| text.replace("=\r\n", "").contains(&said);
            if let Some(letter) = letters.iter().find(|letter| says(letter.text())) {
                let text = letter.text().replace("=\r\n", "");
                assert!(text.contains("Content-Type: image/png"), "{text}");
                assert!(text.contains("cid:pick-up-pass"), "{text}");
                // Twice: the plain form says it too.
                for said in ["Elielinaukio 1", "Mo-Fr 09:00-21:00"] {
                    assert_eq!(text.matches(said).count(), 2, "{said}: {text}");
                }
                break;
            }
        }
    }
    for database in TestDatabase::all().await {
        let service = HttpService::start(vec![Answer::status(201)]).await;
        let (world, _) = world_with(&database, pushing(&service)).await;
        let browser = Browser::new();
        subscribe(&world, &browser, format!("{}/push/1", service.url)).await;
        let said = format!("Your pick-up code is {}.", ready(&world).await);
        for count in 1.. {
            let pushed = service.until(count).await;
            // As many bytes as every push service takes (RFC 8030, 7.2).
            assert!(pushed.iter().all(|push| push.body.len() <= 4096));
            let says = |news: &Value| {
                news["body"]
                    .as_str()
                    .is_some_and(|body| body.contains(&said))
            };
            let news = pushed
                .iter()
                .map(|push| browser.read(&push.body))
                .find(says);
            if let Some(news) = news {
                let image = news["image"].as_str().unwrap_or_default();
                assert!(image.starts_with("data:image/png;base64,"), "{news}");
                break;
            }
        }
    }
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, kept()).await;
        let code = ready(&world).await;
        until("it is kept", || async {
            ended(&world)
                .await
                .contains(&(Channel::Email, Kind::HoldReady))
        })
        .await;
        let entries = notify::outbox_entries(&world.admin, &world.backend).await;
        for entry in entries.expect("theirs") {
            let text = entry.text.unwrap_or_default();
            assert!(!text.contains(&code), "{text}");
        }
    }
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_given_up_until_it_is_tested() {
    for database in TestDatabase::all().await {
        let server = MailServer::start(Manner::Knows("bob@example.org")).await;
        let (world, _) = world_with(&database, mailing(&server)).await;
        world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let dead = async || {
            let view = notify::preferences(&world.ada, &world.backend).await;
            view.expect("hers").dead_channels
        };
        until("it is given up", || async {
            dead().await == [Channel::Email]
        })
        .await;
        assert!(
            kinds(&world, &world.ada)
                .await
                .contains(&Kind::ChannelFailed)
        );
        let tries = server.recipients().len();
        world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        world.out_for_delivery(&world.bob, 60.17, 24.94).await;
        let letters = server.until(1).await;
        assert_eq!(letters[0].to, "bob@example.org");
        assert_eq!(
            server.recipients().len(),
            tries + 1,
            "nothing more is sent to her"
        );
        notify::send_test(&world.ada, &world.backend, Channel::Email)
            .await
            .expect("tried");
        until("it is tried once more", || async {
            server.recipients().len() == tries + 2
        })
        .await;
    }
}

#[tokio::test]
async fn a_mail_server_that_is_busy_is_asked_again() {
    let server = MailServer::start(Manner::BusyAtFirst).await;
    let database = TestDatabase::sqlite();
    let (world, clock) = world_with(&database, mailing(&server)).await;
    world.out_for_delivery(&world.ada, 60.17, 24.94).await;
    until("it is asked", || async { !server.recipients().is_empty() }).await;
    until("it comes later", || async {
        clock.advance_s(5.0);
        server.letters().len() == 1
    })
    .await;
    assert!(ended(&world).await.is_empty());
}

fn texting(gateway: &HttpService) -> Settings {
    Settings {
        base_url: "https://parcels.example.org".into(),
        sms: Some(SmsSettings {
            url: gateway.url.clone(),
            account: "AC1".into(),
            token: "secret".into(),
            from: "+15005550006".into(),
        }),
        ..Settings::default()
    }
}

#[tokio::test]
async fn a_gateway_that_fails_in_every_way_loses_nothing() {
    for database in TestDatabase::all().await {
        let dead_number = r#"{"code": 21610, "message": "stopped by its owner"}"#;
        let gateway = HttpService::start(vec![
            Answer::status(201),
            Answer::status(500),
            Answer::HANG_UP,
            Answer {
                status: 200,
                body: "not JSON, and taken".into(),
                ..Answer::default()
            },
            Answer {
                status: 400,
                body: dead_number.into(),
                ..Answer::default()
            },
        ])
        .await;
        let (world, clock) = world_with(&database, texting(&gateway)).await;
        let (backend, ada) = (&world.backend, &world.ada);
        notify::set_phone(ada, backend, "+358401234567")
            .await
            .expect("a number");
        let request = gateway.until(1).await.swap_remove(0);
        assert_eq!(request.path, "/2010-04-01/Accounts/AC1/Messages.json");
        assert!(request.header("authorization").starts_with("Basic "));
        assert!(!request.header("i-twilio-idempotency-token").is_empty());
        let form = String::from_utf8(request.body.clone()).expect("a form");
        assert!(
            form.starts_with("To=%2B358401234567&From=%2B15005550006&Body="),
            "{form}"
        );
        let code = form.rsplit('+').next().unwrap_or_default().to_owned();
        notify::confirm_phone(ada, backend, &code)
            .await
            .expect("hers");

        let reference = world.out_for_delivery(ada, 60.17, 24.94).await;
        until("it is taken at last", || async {
            clock.advance_s(5.0);
            gateway.requests().len() == 4
        })
        .await;
        let tokens: Vec<_> = gateway.requests()[1..4]
            .iter()
            .map(|request| request.header("i-twilio-idempotency-token").to_owned())
            .collect();
        assert!(
            tokens.iter().all(|token| *token == tokens[0]),
            "one message: {tokens:?}"
        );
        world.step(reference, Status::Failed).await.expect("legal");
        let dead = async || {
            let view = notify::preferences(ada, backend).await;
            view.expect("hers").dead_channels
        };
        until("the number is given up", || async {
            dead().await == [Channel::Sms]
        })
        .await;
        assert!(kinds(&world, ada).await.contains(&Kind::ChannelFailed));
    }
}
