//! What people chose, on two devices at once; telephones, ways out.

use porchlight_domain::notification::{
    Channel, Choice, Kind, PreferencesChange, PushKeys, PushSubscription,
};

use super::{ended, kept, of_type, until, world_with};
use crate::Error;
use crate::notify::{self, PUSH_SERVICES, PushSettings, Settings};
use crate::testing::{Listener, TestDatabase, World};

fn choice(kind: Kind, is_on: bool) -> PreferencesChange {
    PreferencesChange {
        choices: vec![Choice {
            kind,
            channel: Channel::Email,
            is_on,
        }],
        ..PreferencesChange::default()
    }
}

#[tokio::test]
async fn two_devices_that_choose_at_once_are_both_right_and_hear_of_each_other() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, kept()).await;
        let (backend, ada) = (&world.backend, &world.ada);
        let phone = Listener::join(backend, vec![World::topic(ada)]);
        let stranger = Listener::join(backend, vec![World::topic(&world.bob)]);
        let kinds = [
            Kind::Delivered,
            Kind::Failed,
            Kind::OutForDelivery,
            Kind::Corrected,
        ];
        let changes =
            kinds.map(|kind| notify::change_preferences(ada, backend, choice(kind, false)));
        for done in futures::future::join_all(changes).await {
            done.expect("chosen");
        }
        let view = notify::preferences(ada, backend).await.expect("hers");
        let email = view
            .choices
            .iter()
            .filter(|cell| cell.channel == Channel::Email && kinds.contains(&cell.kind));
        assert!(email.into_iter().all(|cell| !cell.is_on), "{view:?}");
        phone
            .until(|heard| of_type(heard, "notification.preferences.changed").len() == 4)
            .await;
        let others = notify::preferences(&world.bob, backend).await.expect("his");
        assert!(
            others
                .choices
                .iter()
                .any(|cell| cell.channel == Channel::Email && cell.is_on)
        );
        assert!(stranger.heard().is_empty());
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_nothing_of_it_kept() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, kept()).await;
        let (backend, ada) = (&world.backend, &world.ada);
        let wrong = [
            choice(Kind::Test, false),
            choice(Kind::ChannelFailed, false),
            PreferencesChange {
                time_zone: Some("Europe/Atlantis".into()),
                ..choice(Kind::Delivered, false)
            },
            PreferencesChange {
                language: Some("tlh".into()),
                ..choice(Kind::Delivered, false)
            },
        ];
        let before = notify::preferences(ada, backend).await.expect("hers");
        for change in wrong {
            let refused = notify::change_preferences(ada, backend, change).await;
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        }
        assert_eq!(
            notify::preferences(ada, backend).await.expect("hers"),
            before
        );
    }
}

#[tokio::test]
async fn a_number_is_used_once_its_owner_has_confirmed_it() {
    for database in TestDatabase::all().await {
        let (world, clock) = world_with(&database, kept()).await;
        let (backend, ada) = (&world.backend, &world.ada);
        let no_number = notify::send_test(ada, backend, Channel::Sms).await;
        assert!(matches!(no_number, Err(Error::Conflict { .. })));
        notify::set_phone(ada, backend, "+358 40 123 4567")
            .await
            .expect("a number");
        let code = the_code(&world, 1).await;
        let other = if code == "000000" { "111111" } else { "000000" };
        let wrong = notify::confirm_phone(ada, backend, other).await;
        assert!(matches!(
            wrong,
            Err(Error::Invalid {
                field: Some("code"),
                ..
            })
        ));
        let stolen = notify::confirm_phone(&world.bob, backend, &code).await;
        assert!(matches!(stolen, Err(Error::Invalid { .. })));
        let view = notify::preferences(ada, backend).await.expect("hers");
        assert_eq!(
            (view.phone, view.phone_unconfirmed),
            (None, Some("+358401234567".into()))
        );
        notify::confirm_phone(ada, backend, &format!(" {code} "))
            .await
            .expect("hers");
        let view = notify::preferences(ada, backend).await.expect("hers");
        assert_eq!(
            (view.phone, view.phone_unconfirmed),
            (Some("+358401234567".into()), None)
        );
        notify::send_test(ada, backend, Channel::Sms)
            .await
            .expect("sent");

        // Guessing ends, and codes do.
        clock.advance_s(1.0);
        notify::set_phone(ada, backend, "+358 40 765 4321")
            .await
            .expect("another");
        let code = the_code(&world, 2).await;
        for _ in 0..5 {
            let other = if code == "000000" { "111111" } else { "000000" };
            assert!(notify::confirm_phone(ada, backend, other).await.is_err());
        }
        assert!(
            notify::confirm_phone(ada, backend, &code).await.is_err(),
            "too many tries"
        );
        clock.advance_s(1.0);
        notify::set_phone(ada, backend, "+358 40 765 4321")
            .await
            .expect("again");
        let code = the_code(&world, 3).await;
        clock.advance_s(16.0 * 60.0);
        assert!(
            notify::confirm_phone(ada, backend, &code).await.is_err(),
            "too old"
        );
        for _ in 0..2 {
            notify::set_phone(ada, backend, "+358 40 765 4321")
                .await
                .expect("again");
        }
        let flood = notify::set_phone(ada, backend, "+358 40 765 4321").await;
        assert!(matches!(flood, Err(Error::RateLimited { .. })), "{flood:?}");
        notify::forget_phone(ada, backend).await.expect("forgotten");
        let view = notify::preferences(ada, backend).await.expect("hers");
        assert_eq!((view.phone, view.phone_unconfirmed), (None, None));
    }
}

/// The code in the newest of so many messages with one.
async fn the_code(world: &World, count: usize) -> String {
    let codes = || async {
        let entries = notify::outbox_entries(&world.admin, &world.backend).await;
        let entries = entries.expect("theirs").into_iter();
        let codes = entries.filter(|entry| entry.kind == Kind::PhoneCode);
        codes.filter_map(|entry| entry.text).collect::<Vec<_>>()
    };
    until("the code comes", || async { codes().await.len() == count }).await;
    // The newest is the first.
    let text = codes().await.swap_remove(0);
    text.rsplit(' ').next().unwrap_or_default().to_owned()
}

fn pushing() -> Settings {
    Settings {
        push: Some(PushSettings {
            contact: None,
            services: PUSH_SERVICES.map(str::to_owned).to_vec(),
        }),
        ..kept()
    }
}

fn browser(number: u32) -> PushSubscription {
    PushSubscription {
        endpoint: format!("https://fcm.googleapis.com/fcm/send/{number}"),
        keys: PushKeys {
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .into(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
        },
        replaces: None,
    }
}

#[tokio::test]
async fn a_browser_belongs_to_whoever_is_signed_in_there() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, pushing()).await;
        let (backend, ada, bob) = (&world.backend, &world.ada, &world.bob);
        let browsers = async |actor| {
            let view = notify::preferences(actor, backend).await.expect("theirs");
            view.push_browsers
        };
        for _ in 0..2 {
            notify::subscribe(ada, backend, browser(1))
                .await
                .expect("subscribed");
        }
        notify::subscribe(ada, backend, browser(2))
            .await
            .expect("subscribed");
        assert_eq!(browsers(ada).await, 2);
        // Bob signs in where Ada was.
        notify::subscribe(bob, backend, browser(1))
            .await
            .expect("subscribed");
        assert_eq!((browsers(ada).await, browsers(bob).await), (1, 1));
        let renewed = PushSubscription {
            replaces: Some(browser(2).endpoint),
            ..browser(3)
        };
        notify::subscribe(ada, backend, renewed)
            .await
            .expect("renewed");
        assert_eq!(browsers(ada).await, 1);
        notify::unsubscribe_browser(bob, backend, &browser(3).endpoint)
            .await
            .expect("not his");
        assert_eq!(browsers(ada).await, 1);
        // Signed out everywhere: nothing is shown there any more.
        crate::testing::lose_sessions(backend, &World::id(ada)).await;
        assert_eq!((browsers(ada).await, browsers(bob).await), (0, 1));
        for number in 10..40 {
            notify::subscribe(bob, backend, browser(number))
                .await
                .expect("subscribed");
        }
        assert_eq!(browsers(bob).await, 20, "the newest");
    }
}

#[tokio::test]
async fn an_endpoint_inside_is_refused_before_anything_is_sent_there() {
    let database = TestDatabase::sqlite();
    let (world, _) = world_with(&database, pushing()).await;
    for endpoint in [
        "https://127.0.0.1/x",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://internal.example/x",
        "https://[::1]/x",
    ] {
        let subscription = PushSubscription {
            endpoint: endpoint.into(),
            ..browser(1)
        };
        let refused = notify::subscribe(&world.ada, &world.backend, subscription).await;
        let is_refused = matches!(
            refused,
            Err(Error::Invalid {
                field: Some("endpoint"),
                ..
            })
        );
        assert!(is_refused, "{endpoint}: {refused:?}");
    }
    let keyless = PushSubscription {
        keys: PushKeys {
            p256dh: "x".into(),
            auth: "y".into(),
        },
        ..browser(1)
    };
    let refused = notify::subscribe(&world.ada, &world.backend, keyless).await;
    assert!(matches!(
        refused,
        Err(Error::Invalid {
            field: Some("keys"),
            ..
        })
    ));
}

#[tokio::test]
async fn the_way_out_of_a_letter_stops_its_kind_and_nothing_else() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, kept()).await;
        let backend = &world.backend;
        world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        until("a letter is kept", || async {
            ended(&world).await.len() == 1
        })
        .await;
        let entries = notify::outbox_entries(&world.admin, backend)
            .await
            .expect("theirs");
        let letter = entries[0].text.clone().expect("its words");
        let token = letter
            .rsplit("/unsubscribe/")
            .next()
            .map(str::trim)
            .expect("a way out");
        let found = notify::way_out(backend, token).await.expect("alive");
        assert_eq!(
            (found.kind, found.channel),
            (Kind::OutForDelivery, Channel::Email)
        );
        let email = async || {
            let view = notify::preferences(&world.ada, backend)
                .await
                .expect("hers");
            let on = view
                .choices
                .into_iter()
                .filter(|cell| cell.channel == Channel::Email && cell.is_on);
            on.map(|cell| cell.kind).collect::<Vec<_>>()
        };
        assert!(
            email().await.contains(&Kind::OutForDelivery),
            "looking stops nothing"
        );
        for _ in 0..2 {
            notify::turn_off(backend, token).await.expect("stopped");
        }
        let left = email().await;
        assert!(!left.contains(&Kind::OutForDelivery) && left.contains(&Kind::Delivered));
        let wrong = notify::turn_off(backend, &token[1..]).await;
        assert!(matches!(wrong, Err(Error::NotFound)));
    }
}
