//! The HTML document around every page.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::preferences::Preferences;
use crate::routes::App;

/// Where map tiles come from, as Leaflet writes it; the server provides it as context.
#[derive(Debug, Clone)]
pub struct TileSource(pub String);

/// The name of the head's entry that tells the map.
pub(crate) const TILES_META: &str = "porchlight-tiles";

/// Our own tiles, which there are in light and dark.
pub(crate) const OWN_TILES: &str = "/tiles/{style}/{z}/{x}/{y}{r}.png";

/// The document the server renders: head, hashed assets and the hydrated [`App`].
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let chosen = Preferences::detect();
    let tiles = use_context::<TileSource>().map_or_else(|| OWN_TILES.to_owned(), |source| source.0);
    view! {
        <!DOCTYPE html>
        <html lang=chosen.language.tag() data-theme=chosen.theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f3ec" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0b1120" />
                <meta name=TILES_META content=tiles />
                <link rel="icon" href="/icon.svg" type="image/svg+xml" />
                <link
                    rel="preload"
                    href="/vendor/figtree/figtree-latin-wght-normal.woff2"
                    r#as="font"
                    type="font/woff2"
                    crossorigin="anonymous"
                />
                <HashedStylesheet id="leptos" options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
