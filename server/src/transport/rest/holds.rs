//! Parcels that wait at post offices: chosen, changed, and who else may collect them.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use porchlight_backend::accounts::Actor;
use porchlight_backend::holds::{self, Near};
use porchlight_backend::{Backend, Error};
use porchlight_domain::geo::Position;
use porchlight_domain::hold::{HoldPreferences, HoldView, OfficeView};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::time::Timestamp;
use serde::Deserialize;

use super::deliveries::known;
use crate::transport::json::Json;
use crate::transport::problem::ApiError;

/// Where offices are asked for.
#[derive(Debug, Deserialize)]
pub struct NearQuery {
    lat: Option<f64>,
    lon: Option<f64>,
    address: Option<String>,
    /// When the parcel would get there; now where that is not said.
    arrives: Option<Timestamp>,
}

/// The nearest post offices.
pub async fn nearest(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Query(query): Query<NearQuery>,
) -> Result<Answer<Vec<OfficeView>>, ApiError> {
    // A stranger is told so whatever they ask.
    actor.person()?;
    let near = match (query.lat.zip(query.lon), query.address) {
        (Some((lat, lon)), None) => {
            let position =
                Position::new(lat, lon).map_err(|problem| Error::invalid("lat", &problem))?;
            Near::Position(position)
        }
        (None, Some(address)) => Near::Text(address),
        _ => return Err(Error::invalid("address", &"send lat and lon, or an address").into()),
    };
    Ok(Answer(
        holds::nearest(&actor, &backend, near, query.arrives).await?,
    ))
}

/// How a parcel is held; null where it goes to the door.
pub async fn state(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<Answer<Option<HoldView>>, ApiError> {
    Ok(Answer(
        holds::hold(&actor, &backend, known(&reference)?).await?,
    ))
}

/// The body of `POST …/hold`.
#[derive(Debug, Deserialize)]
pub struct HoldBody {
    post_office_id: PostOfficeId,
}

/// Sends a parcel to a post office, or to another one.
pub async fn request(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    Json(body): Json<HoldBody>,
) -> Result<Answer<Option<HoldView>>, ApiError> {
    let reference = known(&reference)?;
    holds::request(&actor, &backend, reference, &body.post_office_id).await?;
    match holds::hold(&actor, &backend, reference).await {
        // A courier may send it there, and does not read how it is collected.
        Err(Error::Forbidden) => Ok(Answer(None)),
        seen => Ok(Answer(seen?)),
    }
}

/// Brings it to the door after all.
pub async fn cancel(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<StatusCode, ApiError> {
    holds::cancel(&actor, &backend, known(&reference)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps it for longer, once.
pub async fn extend(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
) -> Result<StatusCode, ApiError> {
    holds::extend(&actor, &backend, known(&reference)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of `POST …/delegates`.
#[derive(Debug, Deserialize)]
pub struct DelegateBody {
    name: String,
}

/// Lets somebody else collect it.
pub async fn name_delegate(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path(reference): Path<String>,
    Json(body): Json<DelegateBody>,
) -> Result<StatusCode, ApiError> {
    holds::name_delegate(&actor, &backend, known(&reference)?, &body.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// They may not any more.
pub async fn revoke_delegate(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Path((reference, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    holds::revoke_delegate(&actor, &backend, known(&reference)?, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a customer wants for every parcel.
pub async fn preferences(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
) -> Result<Answer<HoldPreferences>, ApiError> {
    Ok(Answer(holds::preferences(&actor, &backend).await?))
}

/// Changes that.
pub async fn set_preferences(
    State(backend): State<Backend>,
    Extension(actor): Extension<Actor>,
    Json(wishes): Json<HoldPreferences>,
) -> Result<StatusCode, ApiError> {
    holds::set_preferences(&actor, &backend, &wishes).await?;
    Ok(StatusCode::NO_CONTENT)
}
