use porchlight_domain::delivery::{PictureKind, Proof, Status, StatusChange, Whereabouts};
use porchlight_domain::event::Fact;

use super::*;
use crate::deliveries::{change_status, timeline};
use crate::testing::{TestDatabase, World, jpeg, png};

fn hash_of(bytes: &[u8]) -> PictureHash {
    PictureHash::parse(&hex(&Sha256::digest(bytes))).expect("a hash")
}

fn delivered_with(pictures: Vec<Picture>) -> StatusChange {
    let whereabouts = Whereabouts::NoFix {
        reason: "indoors".into(),
    };
    StatusChange {
        proof: Some(Proof::RecipientName("Ada".into())),
        pictures,
        ..StatusChange::to(Status::Delivered, whereabouts)
    }
}

#[tokio::test]
async fn a_photo_and_a_signature_are_seen_by_the_recipient_and_by_no_stranger() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let files = [
            (PictureKind::Photo, jpeg(1280, 960), "image/jpeg"),
            (PictureKind::Signature, png(600, 200), "image/png"),
        ];
        let mut pictures = Vec::new();
        for (kind, file, _) in &files {
            let hash = hash_of(file);
            for _ in 0..2 {
                keep(&world.courier, backend, reference, &hash, file)
                    .await
                    .expect("kept, once");
            }
            let early = picture(&world.ada, backend, reference, &hash).await;
            assert!(
                matches!(early, Err(Error::NotFound)),
                "nothing names it yet"
            );
            pictures.push(Picture { kind: *kind, hash });
        }
        let change = delivered_with(pictures.clone());
        change_status(&world.courier, backend, reference, change)
            .await
            .expect("delivered");

        for (named, (_, file, media_type)) in pictures.iter().zip(&files) {
            for viewer in [&world.ada, &world.courier, &world.admin] {
                let seen = picture(viewer, backend, reference, &named.hash).await;
                let seen = seen.expect("theirs to see");
                assert_eq!((&seen.bytes[..], seen.media_type), (&file[..], *media_type));
            }
            for stranger in [&world.bob, &Actor::Anonymous] {
                let seen = picture(stranger, backend, reference, &named.hash).await;
                assert!(seen.is_err(), "{stranger:?}");
            }
            let again = keep(&world.courier, backend, reference, &named.hash, file).await;
            again.expect("a phone that did not hear the answer sends it again");
        }
        let told = timeline(&world.ada, backend, reference).await;
        let told = told.expect("hers");
        let last = &told.last().expect("delivered").fact;
        assert!(
            matches!(last, Fact::StatusChanged { pictures: seen, .. } if *seen == pictures),
            "{last:?}"
        );
        let late = jpeg(10, 10);
        let refused = keep(&world.courier, backend, reference, &hash_of(&late), &late).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn only_the_parcels_courier_brings_pictures_and_a_change_names_what_is_there() {
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let other = world.out_for_delivery(&world.bob, 60.18, 24.94).await;
        let file = jpeg(640, 480);
        let hash = hash_of(&file);
        for stranger in [&world.bob, &world.admin, &Actor::Anonymous] {
            let refused = keep(stranger, backend, reference, &hash, &file).await;
            assert!(refused.is_err(), "{stranger:?}");
        }
        let lie = keep(&world.courier, backend, reference, &hash_of(b"else"), &file).await;
        assert!(
            matches!(
                lie,
                Err(Error::Invalid {
                    field: Some("hash"),
                    ..
                })
            ),
            "{lie:?}"
        );
        keep(&world.courier, backend, other, &hash, &file)
            .await
            .expect("of the other parcel");
        let named = vec![Picture {
            kind: PictureKind::Photo,
            hash,
        }];
        let refused =
            change_status(&world.courier, backend, reference, delivered_with(named)).await;
        assert!(
            matches!(
                refused,
                Err(Error::Invalid {
                    field: Some("pictures"),
                    ..
                })
            ),
            "another parcel's picture: {refused:?}"
        );
    }
}

#[tokio::test]
async fn pictures_that_nothing_names_are_deleted_after_a_day() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("it opens");
        let world = World::on(backend).await;
        let backend = &world.backend;
        let reference = world.out_for_delivery(&world.ada, 60.17, 24.94).await;
        let (named, unnamed) = (jpeg(640, 480), jpeg(480, 640));
        for file in [&named, &unnamed] {
            keep(&world.courier, backend, reference, &hash_of(file), file)
                .await
                .expect("kept");
        }
        let change = delivered_with(vec![Picture {
            kind: PictureKind::Photo,
            hash: hash_of(&named),
        }]);
        change_status(&world.courier, backend, reference, change)
            .await
            .expect("delivered");
        clock.advance_s(WAITS_S + 1.0);
        purge(backend).await.expect("purged");
        let readers = backend.store().readers();
        assert_eq!(
            queries::count_of(readers, reference, &World::id(&world.courier))
                .await
                .expect("counted"),
            1
        );
        picture(&world.ada, backend, reference, &hash_of(&named))
            .await
            .expect("it is proof");
    }
}
