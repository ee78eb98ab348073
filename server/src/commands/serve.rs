//! `porchlight serve`.

use porchlight_backend::Clock;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, say};
use crate::config::Config;
use crate::service::{self, Service};
use crate::simulation::demo;

pub(super) async fn serve(mut config: Config, is_demo: bool) -> Result<(), Failure> {
    if is_demo && !config.listen.ip().is_loopback() {
        return Err("the demo has well-known passwords: it listens on loopback only".into());
    }
    config.keep_unsent.get_or_insert(is_demo);
    let settings = config.clone();
    let clock = if is_demo {
        Clock::ahead_s(config.demo_ahead_s)
    } else {
        Clock::System
    };
    let backend = service::open(&config, clock).await?;
    if !is_demo && demo::was_here(&backend).await? {
        backend.close().await;
        return Err(
            "this database has the demo's accounts, whose password everyone knows: \
             set another data_dir or database_url, or serve the demo with --demo"
                .into(),
        );
    }
    let service = Service::listen(backend, config).await?;
    let local = format!("http://{}", service.address);
    if is_demo {
        demo::add_people(&service.backend).await?;
        let (couriers, speed, seed) = (
            settings.demo_couriers,
            settings.demo_speed,
            settings.demo_seed,
        );
        demo::start_couriers(&service.backend, &local, couriers, speed, seed);
    }
    say(&format!(
        "\nPorchlight is at {}",
        settings.public_url.as_deref().unwrap_or(&local)
    ))?;
    if is_demo {
        say("\nSign in as one of these, password porchlight-demo:")?;
        for (email, what) in demo::SHOWN {
            say(&format!("  {email:<22} {what}"))?;
        }
    }
    wait_for_the_end().await?;
    service.stop().await;
    Ok(())
}

async fn wait_for_the_end() -> std::io::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}
