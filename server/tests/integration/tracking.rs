//! The whole slice over HTTP: a courier reports, the right customer sees.

use porchlight_domain::people::Role;

use crate::app::{TestApp, booked};

#[tokio::test]
async fn tracking_answers_as_the_contract_says() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let bob = app.person(Role::Customer, "bob").await;
    let courier = app.person(Role::Courier, "courier").await;

    let early = booked(&ada).await;
    let path = format!("/api/v1/deliveries/{early}/tracking");
    ada.get(&path).await.problem(400, "not-dispatched").await;

    let reference = app.loaded(&admin, &ada, &courier).await;
    courier.step(&reference, "out_for_delivery").await;
    let taken = courier.report(60.1710, 24.9450).await;
    assert_eq!(
        (
            taken["accepted"].as_u64(),
            taken["refused"].as_array().map(Vec::len)
        ),
        (Some(1), Some(0))
    );

    let path = format!("/api/v1/deliveries/{reference}/tracking");
    let seen = ada.get(&path).await.json(200).await;
    assert_eq!(seen["status"], "out_for_delivery");
    assert_eq!(seen["position"]["precision"], "exact");
    assert_eq!(seen["position"]["lat"], 60.171);
    assert_eq!(seen["stops_before"], 0);
    assert!(
        seen["eta"]["from"].is_string() && seen["route"].is_array(),
        "{seen}"
    );
    assert_eq!(seen["courier"]["first_name"], "courier");

    let foreign = bob.get(&path).await.problem(404, "not-found").await;
    for unknown in ["PL-0000-0000", "PL-7K3M-92QX", "nonsense", "%F0%9F%92%8C"] {
        let path = format!("/api/v1/deliveries/{unknown}/tracking");
        assert_eq!(
            bob.get(&path).await.problem(404, "not-found").await,
            foreign,
            "no hint in {unknown}"
        );
    }

    courier.step(&reference, "delivered").await;
    let after = ada.get(&path).await.json(200).await;
    assert_eq!(after["status"], "delivered");
    assert!(
        after["position"].is_null() && after["courier"].is_null() && after["eta"].is_null(),
        "{after}"
    );
    app.service.stop().await;
}
