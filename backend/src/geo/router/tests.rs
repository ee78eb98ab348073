use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::*;
use crate::geo::testing::{at, house, streets};

/// What the service in a test does with a request.
#[derive(Clone)]
enum Manner {
    Answers(u16, String),
    Stalls,
    HangsUp,
}

/// A small real HTTP service.
struct Service {
    url: String,
    calls: Arc<AtomicUsize>,
    last_path: Arc<std::sync::Mutex<String>>,
    _stop: oneshot::Sender<()>,
}

impl Service {
    async fn start(manners: Vec<Manner>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let calls = Arc::new(AtomicUsize::new(0));
        let last_path = Arc::new(std::sync::Mutex::new(String::new()));
        let (stop, mut stopped) = oneshot::channel::<()>();
        let (counted, noted) = (Arc::clone(&calls), Arc::clone(&last_path));
        tokio::spawn(async move {
            let mut stalled = Vec::new();
            loop {
                let (mut stream, _) = tokio::select! {
                    accepted = listener.accept() => accepted.expect("accepted"),
                    _ = &mut stopped => return,
                };
                let mut request = vec![0; 16_384];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..length]).into_owned();
                *noted.lock().expect("not poisoned") =
                    text.split(' ').nth(1).unwrap_or_default().to_owned();
                let call = counted.fetch_add(1, Ordering::SeqCst);
                match manners[call.min(manners.len() - 1)].clone() {
                    Manner::Answers(status, body) => {
                        let head = format!(
                            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\
                             content-length: {}\r\nconnection: close\r\n\r\n",
                            body.len()
                        );
                        let _ = stream.write_all((head + &body).as_bytes()).await;
                    }
                    Manner::Stalls => stalled.push(stream),
                    Manner::HangsUp => drop(stream),
                }
            }
        });
        Self {
            url,
            calls,
            last_path,
            _stop: stop,
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn router(&self, dialect: Dialect, pause: Duration) -> Router {
        // Another test may have been first: one provider per process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let settings = ServiceSettings {
            time_out: Duration::from_millis(150),
            failure_limit: 2,
            pause,
            ..ServiceSettings::new(self.url.clone(), dialect)
        };
        let service = OsrmService::new(&settings, Arc::clone(streets()));
        Router::Service(service.expect("the settings are good"))
    }
}

const LONG: Duration = Duration::from_mins(10);

fn course(points: &[(f64, f64)]) -> String {
    let line = points
        .iter()
        .map(|(lat, lon)| (*lon, *lat))
        .collect::<Vec<_>>();
    polyline::encode_coordinates(line.into_iter().map(Into::into), 6).expect("encoded")
}

/// An answer of two legs with two steps in the first.
fn two_legs() -> String {
    serde_json::json!({"code": "Ok", "waypoints": [], "routes": [{
        "distance": 300.0, "duration": 60.0, "legs": [
            {"distance": 200.0, "duration": 45.5, "steps": [
                {"geometry": course(&[(60.17, 24.94), (60.171, 24.94)])},
                {"geometry": course(&[(60.171, 24.94), (60.171, 24.942)])},
            ]},
            {"distance": 100.0, "duration": 14.5, "steps": [
                {"geometry": course(&[(60.171, 24.942), (60.172, 24.942)])},
            ]},
        ],
    }]})
    .to_string()
}

fn three_places() -> [Position; 3] {
    [at(60.17, 24.94), at(60.171, 24.942), at(60.172, 24.942)]
}

#[tokio::test]
async fn takes_the_services_answer() {
    let service = Service::start(vec![Manner::Answers(200, two_legs())]).await;
    let router = service.router(Dialect::Osrm, LONG);
    let route = router.route(&three_places()).await.expect("a route");
    assert_eq!(route.legs.len(), 2);
    assert!((route.duration_s() - 60.0).abs() < 1e-9);
    assert!((route.distance_m() - 300.0).abs() < 1e-9);
    assert_eq!(route.legs[0].line.0.len(), 3);
    assert_eq!(route.line().0.len(), 4);
    assert_eq!(router.state(), RouterState::Service);
    let path = service.last_path.lock().expect("not poisoned").clone();
    let expected = "/route/v1/driving/24.9400000,60.1700000;24.9420000,60.1710000;";
    assert!(path.starts_with(expected), "{path}");
    assert!(
        path.ends_with("?overview=false&geometries=polyline6&steps=true"),
        "{path}"
    );
}

#[tokio::test]
async fn speaks_to_valhalla() {
    let service = Service::start(vec![Manner::Answers(200, two_legs())]).await;
    let router = service.router(Dialect::Valhalla, LONG);
    router.route(&three_places()).await.expect("a route");
    let path = service.last_path.lock().expect("not poisoned").clone();
    assert!(path.starts_with("/route?json=%7B"), "{path}");
    assert!(path.contains("osrm"), "{path}");
}

#[tokio::test]
async fn a_stalling_service_costs_its_time_out_and_then_nothing() {
    let service = Service::start(vec![Manner::Stalls]).await;
    let router = service.router(Dialect::Osrm, LONG);
    let places = three_places();
    for _ in 0..2 {
        let start = Instant::now();
        let route = router
            .route(&places)
            .await
            .expect("the street graph answers");
        assert_eq!(route.legs.len(), 2);
        assert!(start.elapsed() >= Duration::from_millis(140));
    }
    assert!(matches!(router.state(), RouterState::Fallback { .. }));
    for _ in 0..20 {
        router
            .route(&places)
            .await
            .expect("the street graph answers");
    }
    assert_eq!(service.calls(), 2, "the breaker leaves the service alone");
}

#[tokio::test]
async fn a_failing_service_is_replaced_and_found_again() {
    let nonsense = [
        Manner::Answers(500, "oops".to_owned()),
        Manner::HangsUp,
        Manner::Answers(200, "<html>".to_owned()),
        Manner::Answers(200, r#"{"code":"Ok","routes":[]}"#.to_owned()),
        Manner::Answers(200, two_legs().replace("45.5", "-1")),
        Manner::Answers(200, two_legs()),
    ];
    let failures = nonsense.len() - 1;
    let service = Service::start(nonsense.to_vec()).await;
    // Without a pause every call is a trial.
    let router = service.router(Dialect::Osrm, Duration::ZERO);
    for _ in 0..failures {
        let route = router
            .route(&three_places())
            .await
            .expect("the street graph answers");
        assert!((route.duration_s() - 60.0).abs() > 1e-3);
        assert!(matches!(router.state(), RouterState::Fallback { .. }));
    }
    let route = router
        .route(&three_places())
        .await
        .expect("the service answers");
    assert!((route.duration_s() - 60.0).abs() < 1e-9);
    assert_eq!(router.state(), RouterState::Service);
}

#[tokio::test]
async fn no_way_is_an_answer_and_no_failure() {
    let body = r#"{"code":"NoRoute","message":"Impossible route between points"}"#;
    let service = Service::start(vec![Manner::Answers(400, body.to_owned())]).await;
    let router = service.router(Dialect::Osrm, LONG);
    for _ in 0..5 {
        router
            .route(&three_places())
            .await
            .expect("the street graph answers");
    }
    assert_eq!(service.calls(), 5);
    assert_eq!(router.state(), RouterState::Service);
}

#[tokio::test]
async fn the_street_graph_drives_over_all_stops() {
    let router = Router::BuiltIn(Arc::clone(streets()));
    let stops = [
        house("Kaivokatu", "1"),
        house("Vuorikatu", "20"),
        house("Mannerheimintie", "14"),
    ];
    let route = router.route(&stops).await.expect("a route");
    assert_eq!(route.legs.len(), 2);
    assert_eq!(route.legs[0].line.0.last(), route.legs[1].line.0.first());
    assert!((route.line().length_m() - route.distance_m()).abs() < 0.5);
    assert_eq!(router.state(), RouterState::BuiltIn);
}

#[tokio::test]
async fn refuses_what_is_no_route() {
    let router = Router::BuiltIn(Arc::clone(streets()));
    let home = house("Kaivokatu", "1");
    assert_eq!(router.route(&[]).await, Err(RouteError::TooFewWaypoints));
    assert_eq!(
        router.route(&[home]).await,
        Err(RouteError::TooFewWaypoints)
    );
    let many = vec![home; MAX_WAYPOINTS + 1];
    assert_eq!(router.route(&many).await, Err(RouteError::TooManyWaypoints));
    let far = [home, at(0.0, 0.0)];
    assert_eq!(
        router.route(&far).await,
        Err(RouteError::OffTheMap { index: 1 })
    );
}

#[test]
fn refuses_settings_that_lead_nowhere() {
    for url in [
        "",
        "localhost:5000",
        "ftp://example.org",
        "file:///etc/passwd",
    ] {
        let settings = ServiceSettings::new(url, Dialect::Osrm);
        let refused = OsrmService::new(&settings, Arc::clone(streets()));
        assert!(matches!(refused, Err(SettingsError::Url(_))), "{url}");
    }
}
