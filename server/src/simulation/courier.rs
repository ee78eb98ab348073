//! A simulated courier: takes parcels, drives from stop to stop, hands over, and reports.

use std::sync::Arc;
use std::time::Duration;

use porchlight_backend::Backend;
use porchlight_backend::tracking::Ingested;
use porchlight_domain::delivery::Status;
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::tracking::{DeliveryDetail, RunView, StopView};
use rand::Rng;
use rand::rngs::StdRng;
use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::api::{Api, ApiError};
use super::drive::Drive;

/// Phones report at least this often here, so that the demo is worth looking at.
const REPORT_S: u32 = 2;
/// Seconds at a door, at the least and at the most.
const AT_DOOR_S: std::ops::Range<f64> = 35.0..70.0;

/// A batch of fixes, as the API takes it.
#[derive(Serialize)]
pub struct Fixes {
    /// In the order they were taken.
    pub fixes: Vec<ReportedFix>,
}

/// A courier who drives.
pub struct Courier {
    /// Their phone.
    pub api: Api,
    /// For the ways only: their navigation device.
    pub backend: Backend,
    /// Where they are.
    pub position: Position,
    /// How many times faster than real.
    pub speed: f64,
    /// Decides what is left to chance.
    pub chance: StdRng,
}

impl Courier {
    /// Drives the run that is assigned, from its first pending stop to the last, and ends it.
    pub async fn drive_run(&mut self) -> Result<(), ApiError> {
        let run: RunView = self
            .api
            .post("/api/v1/courier/run/start", &json!({}))
            .await?;
        for stop in &run.stops {
            if stop.status == Status::OutForDelivery {
                self.drive_to(stop).await?;
                self.hand_over(stop).await?;
            }
        }
        self.api.order("/api/v1/courier/run/end").await
    }

    async fn drive_to(&mut self, stop: &StopView) -> Result<(), ApiError> {
        let drive = self.way_to(stop.address.position).await;
        self.report_along(&drive, drive.duration_s()).await?;
        self.position = stop.address.position;
        let seconds = self.chance.random_range(AT_DOOR_S);
        let parked = Drive::new(Line(vec![self.last_of(&drive), self.last_of(&drive)]), 1.0);
        self.report_along(&parked, seconds).await
    }

    fn last_of(&self, drive: &Drive) -> Position {
        drive
            .at(drive.duration_s())
            .map_or(self.position, |(position, _)| position)
    }

    async fn way_to(&self, door: Position) -> Drive {
        let straight = Line(vec![self.position, door]);
        let Some(atlas) = self.backend.atlas() else {
            return Drive::new(straight.clone(), straight.length_m() / 8.0);
        };
        match atlas.router.route(&[self.position, door]).await {
            Ok(route) => Drive::new(route.line(), route.duration_s()),
            Err(_) => Drive::new(straight.clone(), straight.length_m() / 8.0),
        }
    }

    /// Reports every few seconds for as long as it takes.
    async fn report_along(&mut self, drive: &Drive, seconds: f64) -> Result<(), ApiError> {
        let began = Instant::now();
        loop {
            let driven_s = began.elapsed().as_secs_f64() * self.speed;
            let now = self.backend.now();
            let fixes = drive
                .fix(driven_s, now, &mut self.chance)
                .into_iter()
                .collect();
            let taken: Ingested = self
                .api
                .post("/api/v1/courier/fixes", &Fixes { fixes })
                .await?;
            if driven_s >= seconds {
                return Ok(());
            }
            let left_s = (seconds - driven_s) / self.speed;
            let pause_s = f64::from(taken.next_interval_s.min(REPORT_S)).min(left_s);
            sleep(Duration::from_secs_f64(pause_s.max(0.05))).await;
        }
    }

    async fn hand_over(&self, stop: &StopView) -> Result<(), ApiError> {
        let first_name = stop.recipient.split(' ').next().unwrap_or("recipient");
        let body = json!({
            "status": "delivered",
            "at": { "lat": self.position.lat(), "lon": self.position.lon(), "accuracy_m": 6.0 },
            "proof": { "recipient_name": first_name },
        });
        let path = format!("/api/v1/deliveries/{}/status", stop.reference);
        let _: DeliveryDetail = self.api.post(&path, &body).await?;
        Ok(())
    }
}

/// Drives run after run for ever; whatever goes wrong is tried again.
pub async fn keep_driving<F, Load>(mut courier: Courier, load: Arc<F>)
where
    F: Fn(StdRng) -> Load + Send + Sync,
    Load: Future<Output = Result<StdRng, ApiError>> + Send,
{
    loop {
        let outcome = match load(courier.chance.clone()).await {
            Ok(chance) => {
                courier.chance = chance;
                courier.drive_run().await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, "A simulated courier has trouble and tries again");
        }
        sleep(Duration::from_secs(3)).await;
    }
}
