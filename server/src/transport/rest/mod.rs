//! The REST API, one file per capability. To add an endpoint: a handler in its file, a line in
//! [`ROUTES`], a row in the matrix of `tests/`, a paragraph in docs/api.md.

pub mod accounts;
pub mod cases;
pub mod deliveries;
pub mod fixes;
pub mod handover;
pub mod notifications;
pub mod operations;
pub mod pictures;
pub mod runs;
pub mod shares;

use axum::routing::{MethodRouter, delete, get, post, put};

use super::live;
use super::state::AppState;

/// A route: method, path, and what answers.
pub struct Route {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// With `{parameters}`.
    pub path: &'static str,
    /// What answers.
    pub handler: fn() -> MethodRouter<AppState>,
}

/// Every route of the API. The router is built from it, and the test of rights walks it.
pub const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/api/v1/tokens",
        handler: || post(accounts::issue_token),
    },
    Route {
        method: "GET",
        path: "/api/v1/me",
        handler: || get(accounts::me),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries",
        handler: || get(deliveries::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries",
        handler: || post(deliveries::book),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}",
        handler: || get(deliveries::detail),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/tracking",
        handler: || get(deliveries::tracking),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/timeline",
        handler: || get(deliveries::timeline),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/status",
        handler: || post(deliveries::change_status),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/correction",
        handler: || post(deliveries::correct),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/pictures/{hash}",
        handler: || get(pictures::get),
    },
    Route {
        method: "PUT",
        path: "/api/v1/deliveries/{ref}/pictures/{hash}",
        handler: || put(pictures::put),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/cases",
        handler: || post(cases::open),
    },
    Route {
        method: "GET",
        path: "/api/v1/cases",
        handler: || get(cases::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/cases/{id}/close",
        handler: || post(cases::close),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/assignment",
        handler: || post(deliveries::assign),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/handover",
        handler: || get(handover::state),
    },
    Route {
        method: "PUT",
        path: "/api/v1/deliveries/{ref}/handover",
        handler: || put(handover::ask),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/deliveries/{ref}/handover",
        handler: || delete(handover::give_up),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/shares",
        handler: || get(shares::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/shares",
        handler: || post(shares::create),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/deliveries/{ref}/shares/{id}",
        handler: || delete(shares::revoke),
    },
    Route {
        method: "GET",
        path: "/api/v1/shared/{token}",
        handler: || get(shares::open),
    },
    Route {
        method: "GET",
        path: "/api/v1/courier/run",
        handler: || get(runs::today),
    },
    Route {
        method: "POST",
        path: "/api/v1/courier/run/start",
        handler: || post(runs::start),
    },
    Route {
        method: "POST",
        path: "/api/v1/courier/run/end",
        handler: || post(runs::end),
    },
    Route {
        method: "PUT",
        path: "/api/v1/courier/run/order",
        handler: || put(runs::reorder),
    },
    Route {
        method: "POST",
        path: "/api/v1/courier/run/suggested-order",
        handler: || post(runs::suggest),
    },
    Route {
        method: "POST",
        path: "/api/v1/courier/steps",
        handler: || post(runs::take),
    },
    Route {
        method: "POST",
        path: "/api/v1/courier/fixes",
        handler: || post(fixes::post),
    },
    Route {
        method: "GET",
        path: "/api/v1/silent-couriers",
        handler: || get(operations::silent_couriers),
    },
    Route {
        method: "GET",
        path: "/api/v1/position-readings",
        handler: || get(operations::readings),
    },
    Route {
        method: "GET",
        path: "/api/v1/reveal-policy",
        handler: || get(operations::reveal_policy),
    },
    Route {
        method: "PUT",
        path: "/api/v1/reveal-policy",
        handler: || put(operations::set_reveal_policy),
    },
    Route {
        method: "GET",
        path: "/api/v1/reveal-policy/changes",
        handler: || get(operations::reveal_policy_changes),
    },
    Route {
        method: "GET",
        path: "/api/v1/notifications",
        handler: || get(notifications::list),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/notifications",
        handler: || delete(notifications::clear),
    },
    Route {
        method: "PUT",
        path: "/api/v1/notifications/read",
        handler: || put(notifications::read_all),
    },
    Route {
        method: "PUT",
        path: "/api/v1/notifications/{id}/read",
        handler: || put(notifications::read),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/notifications/{id}",
        handler: || delete(notifications::remove),
    },
    Route {
        method: "GET",
        path: "/api/v1/notification-preferences",
        handler: || get(notifications::preferences),
    },
    Route {
        method: "PUT",
        path: "/api/v1/notification-preferences",
        handler: || put(notifications::choose),
    },
    Route {
        method: "POST",
        path: "/api/v1/notification-preferences/test",
        handler: || post(notifications::test),
    },
    Route {
        method: "PUT",
        path: "/api/v1/notification-preferences/phone",
        handler: || put(notifications::set_phone),
    },
    Route {
        method: "POST",
        path: "/api/v1/notification-preferences/phone",
        handler: || post(notifications::confirm_phone),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/notification-preferences/phone",
        handler: || delete(notifications::forget_phone),
    },
    Route {
        method: "POST",
        path: "/api/v1/push-subscriptions",
        handler: || post(notifications::subscribe),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/push-subscriptions",
        handler: || delete(notifications::unsubscribe),
    },
    Route {
        method: "POST",
        path: "/api/v1/unsubscribe/{token}",
        handler: || post(notifications::one_click),
    },
    Route {
        method: "GET",
        path: "/api/v1/notification-outbox",
        handler: || get(notifications::outbox),
    },
    Route {
        method: "POST",
        path: "/api/v1/notification-outbox/{id}/resend",
        handler: || post(notifications::resend),
    },
    Route {
        method: "GET",
        path: "/api/v1/events",
        handler: || get(live::stream),
    },
    Route {
        method: "GET",
        path: "/ws/notifications",
        handler: || get(live::sockets::everything),
    },
    Route {
        method: "GET",
        path: "/ws/deliveries/{ref}/tracking",
        handler: || get(live::sockets::one_delivery),
    },
    Route {
        method: "GET",
        path: "/ws/courier/fixes",
        handler: || get(live::sockets::fixes),
    },
];
