use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::offices;
use super::*;
use crate::Settings;
use crate::geo::{Atlas, testing::helsinki};
use crate::testing::TestDatabase;

fn in_helsinki(database: &TestDatabase) -> Settings {
    let atlas = Atlas::open(helsinki(), None).expect("a city");
    Settings {
        atlas: Some(Arc::new(atlas)),
        ..database.settings()
    }
}

async fn imported(settings: Settings) -> World {
    let backend = Backend::start(settings).await.expect("it opens");
    offices::import(&backend).await.expect("imported");
    World::on(backend).await
}

#[tokio::test]
async fn the_offices_of_the_map_are_offered_with_hours_and_the_way_on_foot() {
    for database in TestDatabase::all().await {
        let world = imported(in_helsinki(&database)).await;
        let near = |text: &str| nearest(&world.ada, &world.backend, Near::Text(text.into()), None);
        let found = near("Fabianinkatu 37").await.expect("on the map");
        assert_eq!(found.len(), 2);
        assert!(found[0].distance_m <= found[1].distance_m);
        assert!(found.iter().all(|office| office.is_along_streets));
        let hours = found.iter().find(|office| office.name == "Helsinki 00130");
        let open = hours.or(found.iter().find(|office| office.open.is_some()));
        let open = open
            .and_then(|office| office.open)
            .expect("its hours are known");
        // Friday noon in UTC: open until nine in the evening there, which is seven in UTC.
        assert!(open.is_open);
        let changes_at = open.changes_at.expect("it closes").to_string();
        assert!(changes_at.ends_with("19:00:00.000Z"), "{changes_at}");

        let postcode = near("00100").await.expect("a postcode");
        assert_eq!(postcode.len(), 2);
        let nowhere = near("Rue de Rivoli 1").await;
        assert!(matches!(nowhere, Err(Error::Invalid { .. })), "{nowhere:?}");
        let nobody = nearest(
            &Actor::Anonymous,
            &world.backend,
            Near::Text("00100".into()),
            None,
        );
        assert!(matches!(nobody.await, Err(Error::Unauthenticated)));
    }
}

#[tokio::test]
async fn an_import_changes_nothing_that_an_admin_set() {
    for database in TestDatabase::all().await {
        let world = imported(in_helsinki(&database)).await;
        let backend = &world.backend;
        let listed = list_offices(&world.admin, backend).await.expect("theirs");
        let id = listed[0].office.id.clone();
        let own = Configuration {
            capacity: 3,
            opening_hours: Some("Mo-Su 10:00-12:00".into()),
            closed: None,
        };
        let by_ada = configure(&world.ada, backend, &id, own.clone()).await;
        assert!(matches!(by_ada, Err(Error::Forbidden)));
        let nonsense = Configuration {
            opening_hours: Some("whenever".into()),
            ..own.clone()
        };
        let refused = configure(&world.admin, backend, &id, nonsense).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        configure(&world.admin, backend, &id, own)
            .await
            .expect("theirs");
        // An office that the map does not know any more, and comes back.
        let gone = office(backend, 9, 5).await;
        for _ in 0..2 {
            offices::import(backend).await.expect("imported again");
        }
        let listed = list_offices(&world.admin, backend).await.expect("theirs");
        let kept = listed.iter().find(|office| office.office.id == id);
        let kept = kept.expect("still there");
        assert_eq!((kept.capacity, kept.has_own_hours), (3, true));
        assert_eq!(
            kept.office.opening_hours.as_deref(),
            Some("Mo-Su 10:00-12:00")
        );
        assert!(listed.iter().all(|office| office.office.id != gone));
        let reference = world.book(&world.ada, 60.1750, 24.9400).await;
        let lost = request(&world.ada, backend, reference, &gone).await;
        assert!(matches!(lost, Err(Error::Invalid { .. })), "{lost:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_an_office_that_is_closed_when_it_gets_there() {
    const DAY_S: f64 = 86_400.0;
    for database in TestDatabase::all().await {
        let world = World::on(database.backend().await).await;
        let (ada, backend) = (&world.ada, &world.backend);
        let id = office(backend, 1, 5).await;
        let now = backend.now();
        let place = Position::new(60.17, 24.94).expect("in Helsinki");
        let seen = async |arrives| {
            let seen = nearest(ada, backend, Near::Position(place), arrives).await;
            seen.expect("offered").remove(0)
        };
        close(&world, &id, (now.plus_s(-10.0), now.plus_s(DAY_S))).await;
        let reference = world.book(ada, 60.1750, 24.9400).await;
        let refused = request(ada, backend, reference, &id).await;
        assert!(says(&refused, "is closed when"), "{refused:?}");
        let closed_now = seen(None).await;
        assert_eq!(closed_now.space_left, 0);
        assert!(closed_now.open.is_some_and(|open| !open.is_open));
        assert_eq!(seen(Some(now.plus_s(2.0 * DAY_S))).await.space_left, 5);
        assert_eq!(closed_now.time_zone, "Europe/Helsinki");

        // It closes tomorrow: the parcel comes today, and is kept for as many open days as others.
        close(&world, &id, (now.plus_s(DAY_S), now.plus_s(4.0 * DAY_S))).await;
        request(ada, backend, reference, &id).await.expect("open");
        let until = held(&world, reference).await.keep_until.to_string();
        assert_eq!(until, "2026-12-07T21:59:59.000Z", "three days on top");
    }
}

#[tokio::test]
async fn a_closure_is_whole_days_by_the_clock_of_the_office() {
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        let days = closure(&backend, "2026-12-24", "2026-12-26").expect("days");
        assert_eq!(days.0.to_string(), "2026-12-23T22:00:00.000Z");
        assert_eq!(days.1.to_string(), "2026-12-26T21:59:59.000Z");
        for wrong in ["", "24.12.2026", "2026-02-30"] {
            assert_eq!(closure(&backend, wrong, "2026-12-26"), None, "{wrong}");
        }
    }
}

/// A location service that answers every question alike, and counts them.
async fn service(status: &'static str, body: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut question = [0; 2048];
            let read = socket.read(&mut question).await.unwrap_or_default();
            let is_place = String::from_utf8_lossy(&question[..read]).contains("/v1/places?");
            let place = r#"[{"text":"Espoo","lat":60.2,"lon":24.6}]"#;
            let body = if is_place && status == "200 OK" {
                place
            } else {
                body
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (url, asked)
}

fn with_service(database: &TestDatabase, url: String) -> Settings {
    let mut settings = database.settings();
    settings.holds.locations = Some(LocationSettings::new(url));
    settings
}

#[tokio::test]
async fn a_location_service_adds_offices_and_is_asked_once_for_each_place() {
    const OFFICES: &str = r#"[
        {"id":"a","name":"Tapiola","address":"Länsituulentie 1","lat":60.2,"lon":24.61,
            "opening_hours":"Mo-Fr 08:00-20:00","wheelchair":"yes"},
        {"id":"b","name":"North of north","address":"x","lat":91.0,"lon":0.0},
        {"id":"c","name":"Line\nbreak","address":"x","lat":60.0,"lon":24.0}
    ]"#;
    for database in TestDatabase::all().await {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (url, asked) = service("200 OK", OFFICES).await;
        let settings = with_service(&database, url);
        let world = World::on(Backend::start(settings).await.expect("it opens")).await;
        for _ in 0..3 {
            let found = nearest(&world.ada, &world.backend, Near::Text("Espoo".into()), None).await;
            let found = found.expect("the service knows it");
            let names: Vec<&str> = found.iter().map(|office| &*office.name).collect();
            assert_eq!(names, ["Tapiola"], "what can't be right is left out");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2, "one place, one square");
    }
}

#[tokio::test]
async fn a_location_service_that_fails_is_left_alone_and_the_map_answers() {
    for database in TestDatabase::all().await {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (url, asked) = service("500 Internal Server Error", "").await;
        let settings = Settings {
            atlas: in_helsinki(&database).atlas,
            ..with_service(&database, url)
        };
        let world = imported(settings).await;
        for _ in 0..5 {
            let found = nearest(&world.ada, &world.backend, Near::Text("00100".into()), None).await;
            assert_eq!(found.expect("the map answers").len(), 2);
        }
        assert_eq!(asked.load(Ordering::SeqCst), 3, "the breaker is open");
    }
}

#[tokio::test]
async fn a_location_service_that_says_nothing_is_not_waited_for() {
    for database in TestDatabase::all().await {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Connections are taken by the system, and nobody ever reads from them.
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1", silent.local_addr().expect("an address"));
        let mut settings = Settings {
            atlas: in_helsinki(&database).atlas,
            ..with_service(&database, url)
        };
        if let Some(locations) = &mut settings.holds.locations {
            locations.time_out = std::time::Duration::from_millis(50);
        }
        let world = imported(settings).await;
        let found = nearest(&world.ada, &world.backend, Near::Text("00100".into()), None).await;
        assert_eq!(found.expect("the map answers").len(), 2);
    }
}
