//! The order of a run's stops over the API.

use porchlight_domain::people::Role;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn a_courier_orders_their_stops_over_the_api() {
    let app = TestApp::start().await;
    let admin = app.person(Role::Admin, "admin").await;
    let ada = app.person(Role::Customer, "ada").await;
    let courier = app.person(Role::Courier, "courier").await;
    let one = app.loaded(&admin, &ada, &courier).await;
    let two = app.loaded(&admin, &ada, &courier).await;
    let put = async |body| {
        courier
            .call("PUT", "/api/v1/courier/run/order", Some(&body))
            .await
    };
    let names = |run: &serde_json::Value| -> Vec<String> {
        let stops = run["stops"].as_array().expect("stops");
        let names = stops.iter().filter_map(|stop| stop["reference"].as_str());
        names.map(str::to_owned).collect()
    };

    for order in [[&two, &one], [&one, &two]] {
        let run = put(json!({ "order": order })).await.json(200).await;
        assert_eq!(names(&run), order.map(Clone::clone));
        assert_eq!(run["by_hand"], true);
    }
    put(json!({ "order": ["PL-nonsense"] }))
        .await
        .problem(422, "invalid")
        .await;
    put(json!({})).await.problem(422, "invalid").await;
    let run = courier
        .post("/api/v1/courier/run/suggested-order", &json!({}))
        .await
        .json(200)
        .await;
    assert_eq!(run["by_hand"], false);
    assert_eq!(names(&run).len(), 2);
    app.service.stop().await;
}
