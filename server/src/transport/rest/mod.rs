//! The REST API, one file per capability. To add an endpoint: a handler in its file, a line in
//! [`ROUTES`], a row in the matrix of `tests/`, a paragraph in docs/api.md.

pub mod accounts;
pub mod cases;
pub mod chat;
pub mod deliveries;
pub mod desks;
pub mod fixes;
pub mod handover;
pub mod holds;
pub mod instructions;
pub mod notifications;
pub mod operations;
pub mod pictures;
pub mod runs;
pub mod schedule;
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
        path: "/api/v1/deliveries/{ref}/windows",
        handler: || get(schedule::windows),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/reschedule",
        handler: || post(schedule::reschedule),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/proposals",
        handler: || get(schedule::proposals),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/proposals",
        handler: || post(schedule::propose),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/proposals/{id}/accept",
        handler: || post(schedule::accept),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/proposals/{id}/decline",
        handler: || post(schedule::decline),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/instructions",
        handler: || get(instructions::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/instructions",
        handler: || post(instructions::give),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/deliveries/{ref}/instructions/{id}",
        handler: || delete(instructions::withdraw),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/instructions/{id}/confirm",
        handler: || post(instructions::confirm),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/instructions/{id}/decline",
        handler: || post(instructions::decline),
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
        path: "/api/v1/post-offices",
        handler: || get(holds::nearest),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/hold",
        handler: || get(holds::state),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/hold",
        handler: || post(holds::request),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/deliveries/{ref}/hold",
        handler: || delete(holds::cancel),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/hold/extension",
        handler: || post(holds::extend),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/hold/delegates",
        handler: || post(holds::name_delegate),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/deliveries/{ref}/hold/delegates/{name}",
        handler: || delete(holds::revoke_delegate),
    },
    Route {
        method: "POST",
        path: "/api/v1/deliveries/{ref}/hold/unlock",
        handler: || post(desks::unlock_parcel),
    },
    Route {
        method: "GET",
        path: "/api/v1/hold-preferences",
        handler: || get(holds::preferences),
    },
    Route {
        method: "PUT",
        path: "/api/v1/hold-preferences",
        handler: || put(holds::set_preferences),
    },
    Route {
        method: "GET",
        path: "/api/v1/desk",
        handler: || get(desks::desk),
    },
    Route {
        method: "POST",
        path: "/api/v1/holds/present",
        handler: || post(desks::present),
    },
    Route {
        method: "POST",
        path: "/api/v1/holds/collect",
        handler: || post(desks::collect),
    },
    Route {
        method: "POST",
        path: "/api/v1/desk/refusals",
        handler: || post(desks::refuse),
    },
    Route {
        method: "POST",
        path: "/api/v1/desk/sent-back",
        handler: || post(desks::send_back),
    },
    Route {
        method: "POST",
        path: "/api/v1/desk/counts",
        handler: || post(desks::count),
    },
    Route {
        method: "GET",
        path: "/api/v1/deliveries/{ref}/pick-up",
        handler: || get(desks::pick_up),
    },
    Route {
        method: "GET",
        path: "/api/v1/post-office-settings",
        handler: || get(desks::offices),
    },
    Route {
        method: "PUT",
        path: "/api/v1/post-offices/{id}",
        handler: || put(desks::configure),
    },
    Route {
        method: "POST",
        path: "/api/v1/post-offices/{id}/clerks",
        handler: || post(desks::assign_clerk),
    },
    Route {
        method: "POST",
        path: "/api/v1/post-offices/{id}/unlock",
        handler: || post(desks::unlock_desk),
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
        method: "POST",
        path: "/api/v1/chat",
        handler: || post(chat::ask),
    },
    Route {
        method: "GET",
        path: "/api/v1/chat/reports",
        handler: || get(chat::reports),
    },
    Route {
        method: "GET",
        path: "/ws/chat",
        handler: || get(live::sockets::chat),
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
