//! The `porchlight` binary.

mod transport;

use std::{env, io::Write};

use leptos::prelude::get_configuration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = get_configuration(Some("Leptos.toml"))?.leptos_options;
    let address = env::var("PORCHLIGHT_LISTEN").unwrap_or_else(|_| options.site_addr.to_string());
    let listener = tokio::net::TcpListener::bind(address).await?;
    writeln!(std::io::stdout(), "Porchlight listens on http://{}", listener.local_addr()?)?;
    axum::serve(listener, transport::pages::router(options)).await?;
    Ok(())
}
