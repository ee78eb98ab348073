//! Every event once: to whom, on which channel, when.

use porchlight_domain::delivery::Status;
use porchlight_domain::notification::{Channel, Choice, Kind, PreferencesChange, QuietHours};
use porchlight_domain::schedule::{Day, Hours, Slot};

use super::{ended, kept, kinds, lines, of_type, until, world_with};
use crate::notify::{self, Settings};
use crate::schedule;
use crate::testing::{Listener, TestDatabase, World};

fn cell(kind: Kind, channel: Channel, is_on: bool) -> PreferencesChange {
    PreferencesChange {
        choices: vec![Choice {
            kind,
            channel,
            is_on,
        }],
        ..PreferencesChange::default()
    }
}

#[tokio::test]
async fn a_recipient_is_told_each_moment_once_and_nobody_else_is() {
    for database in TestDatabase::all().await {
        let (world, clock) = world_with(&database, Settings::default()).await;
        let ada = Listener::join(&world.backend, vec![World::topic(&world.ada)]);
        let others = [&world.bob, &world.courier, &world.admin].map(World::topic);
        let mut others = others.to_vec();
        others.push(crate::events::Topic::operations());
        let others = Listener::join(&world.backend, others);
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        clock.advance_s(1.0);
        world.step(reference, Status::Failed).await.expect("legal");
        world.settled().await;
        assert_eq!(
            kinds(&world, &world.ada).await,
            [Kind::Failed, Kind::OutForDelivery]
        );
        for other in [&world.bob, &world.courier, &world.admin] {
            assert_eq!(kinds(&world, other).await, []);
        }
        let heard = ada.heard();
        let told = of_type(&heard, "notification.created");
        let unread: Vec<_> = told
            .iter()
            .map(|event| event["data"]["unread"].as_u64())
            .collect();
        assert_eq!(unread, [Some(1), Some(2)]);
        assert_eq!(told[0]["data"]["kind"], "out_for_delivery");
        assert_eq!(told[0]["data"]["delivery"], reference.to_string());
        assert!(of_type(&others.heard(), "notification.created").is_empty());
        let newest = &lines(&world, &world.ada).await[0];
        assert_eq!(newest.details.parcel.as_deref(), Some("A parcel"));
        assert_eq!(newest.details.reason.as_deref(), Some("nobody home"));
    }
}

#[tokio::test]
async fn what_is_refused_is_not_told() {
    for database in TestDatabase::all().await {
        let (world, clock) = world_with(&database, kept()).await;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        clock.advance_s(1.0);
        let at_once = (0..8).map(|_| world.step(reference, Status::Failed));
        let done = futures::future::join_all(at_once).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
        assert_eq!(
            kinds(&world, &world.ada).await,
            [Kind::Failed, Kind::OutForDelivery]
        );
        until("each letter is kept once", || async {
            ended(&world).await.len() == 2
        })
        .await;
        let letters = [
            (Channel::Email, Kind::OutForDelivery),
            (Channel::Email, Kind::Failed),
        ];
        let mut kept = ended(&world).await;
        kept.sort_unstable();
        assert_eq!(kept, letters);
    }
}

#[tokio::test]
async fn who_turned_it_off_is_not_told_there() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, kept()).await;
        let off = [
            cell(Kind::OutForDelivery, Channel::InApp, false),
            cell(Kind::Failed, Channel::Email, false),
        ];
        for change in off {
            let changed = notify::change_preferences(&world.ada, &world.backend, change).await;
            changed.expect("changed");
        }
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        world.step(reference, Status::Failed).await.expect("legal");
        assert_eq!(kinds(&world, &world.ada).await, [Kind::Failed]);
        until("one letter is kept", || async {
            ended(&world).await.len() == 1
        })
        .await;
        assert_eq!(
            ended(&world).await,
            [(Channel::Email, Kind::OutForDelivery)]
        );
    }
}

#[tokio::test]
async fn nothing_rings_in_quiet_hours_and_what_is_still_news_rings_after_them() {
    for database in TestDatabase::all().await {
        // Tests begin at noon, UTC.
        let (world, clock) = world_with(&database, kept()).await;
        let night = PreferencesChange {
            quiet_hours: Some(QuietHours::new(14 * 60, 15 * 60).ok()),
            time_zone: Some("Europe/Helsinki".into()),
            ..cell(Kind::ArrivingSoon, Channel::Email, true)
        };
        notify::change_preferences(&world.ada, &world.backend, night)
            .await
            .expect("changed");
        world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        assert_eq!(
            kinds(&world, &world.ada).await,
            [Kind::OutForDelivery],
            "at once"
        );
        // Whatever the lanes do until then, nothing comes.
        notify::send_test(&world.ada, &world.backend, Channel::Email)
            .await
            .expect("asked for, so it comes");
        until("the test is kept", || async {
            ended(&world).await.len() == 1
        })
        .await;
        assert_eq!(ended(&world).await, [(Channel::Email, Kind::Test)]);
        clock.advance_s(3600.0);
        until("it is sent then", || async {
            ended(&world).await.len() == 2
        })
        .await;
        let (sent, news) = (ended(&world).await, (Channel::Email, Kind::OutForDelivery));
        assert!(sent.contains(&news), "{sent:?}");
    }
}

#[tokio::test]
async fn a_new_time_is_told_by_the_clock_of_whoever_reads_it() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, kept()).await;
        let abroad = PreferencesChange {
            time_zone: Some("Asia/Tokyo".into()),
            ..cell(Kind::Rescheduled, Channel::Email, true)
        };
        notify::change_preferences(&world.ada, &world.backend, abroad)
            .await
            .expect("changed");
        let reference = world.book(&world.ada, 60.17, 24.94).await;
        let morning = Slot {
            date: Day::parse("2026-11-21").expect("a day"),
            window: Hours::parse("08-12").expect("hours"),
        };
        schedule::reschedule(&world.ada, &world.backend, reference, morning, None)
            .await
            .expect("there is room");
        until("the letter is kept", || async {
            ended(&world).await == [(Channel::Email, Kind::Rescheduled)]
        })
        .await;
        let kept = notify::outbox_entries(&world.admin, &world.backend).await;
        let text = kept.expect("theirs").remove(0).text.unwrap_or_default();
        assert!(
            text.contains("It comes on Saturday 21 November, 15:00 to 19:00."),
            "{text}"
        );
    }
}

#[tokio::test]
async fn reading_and_clearing_reach_every_device_and_nobody_elses() {
    for database in TestDatabase::all().await {
        let (world, clock) = world_with(&database, Settings::default()).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        clock.advance_s(1.0);
        world.step(reference, Status::Failed).await.expect("legal");
        let told = lines(&world, &world.ada).await;
        let phone = Listener::join(backend, vec![World::topic(&world.ada)]);
        let stolen = notify::mark_read(&world.bob, backend, &told[1].id).await;
        assert!(matches!(stolen, Err(crate::Error::NotFound)), "{stolen:?}");
        for _ in 0..2 {
            notify::mark_read(&world.ada, backend, &told[1].id)
                .await
                .expect("read");
        }
        phone
            .until(|heard| of_type(heard, "notification.seen").len() == 1)
            .await;
        let (first, newest) = (told[1].created_at, told[0].created_at);
        notify::mark_all_read(&world.ada, backend, Some(first))
            .await
            .expect("nothing more");
        assert!(
            !lines(&world, &world.ada).await[0].is_read,
            "what came since was not seen"
        );
        notify::clear(&world.ada, backend, Some(first))
            .await
            .expect("cleared");
        notify::mark_all_read(&world.ada, backend, Some(newest))
            .await
            .expect("read");
        let left = lines(&world, &world.ada).await;
        assert!(left.len() == 1 && left[0].is_read && left[0].id == told[0].id);
        let stolen = notify::clear_one(&world.bob, backend, &left[0].id).await;
        assert!(matches!(stolen, Err(crate::Error::NotFound)));
        notify::clear(&world.bob, backend, None)
            .await
            .expect("their own, which is empty");
        notify::clear_one(&world.ada, backend, &left[0].id)
            .await
            .expect("cleared");
        let heard = phone
            .until(|heard| of_type(heard, "notification.seen").len() == 4)
            .await;
        let unread: Vec<_> = of_type(&heard, "notification.seen")
            .iter()
            .map(|event| event["data"]["unread"].as_u64())
            .collect();
        assert_eq!(unread, [Some(1), Some(1), Some(0), Some(0)]);
        for nobody in [
            &crate::accounts::Actor::Anonymous,
            &crate::accounts::Actor::System,
        ] {
            assert!(notify::page(nobody, backend, None, None).await.is_err());
            assert!(notify::clear(nobody, backend, None).await.is_err());
        }
    }
}

#[tokio::test]
async fn a_long_list_is_read_in_parts_without_a_gap() {
    for database in TestDatabase::all().await {
        let (world, _) = world_with(&database, Settings::default()).await;
        let backend = &world.backend;
        for _ in 0..7 {
            // All in one millisecond: the id decides.
            world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        }
        let (mut seen, mut before) = (Vec::new(), None::<String>);
        loop {
            let page = notify::page(&world.ada, backend, before.as_deref(), Some(3)).await;
            let page = page.expect("a part");
            assert_eq!(page.unread, 7);
            seen.extend(page.notifications.into_iter().map(|line| line.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (7, 7));
        for nonsense in ["", ".", "x.y", "1"] {
            let refused = notify::page(&world.ada, backend, Some(nonsense), None).await;
            assert!(
                matches!(refused, Err(crate::Error::Invalid { .. })),
                "{nonsense}"
            );
        }
    }
}
