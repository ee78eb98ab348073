//! The HTML document around every page.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};
use leptos_router::location::RequestUrl;
use porchlight_domain::geo::Bounds;

use crate::preferences::Preferences;
use crate::routes::App;

/// What the map shows; the server provides it as context.
#[derive(Debug, Clone)]
pub struct MapSource {
    /// Where tiles come from, as Leaflet writes it.
    pub tiles: String,
    /// The city, where maps begin; our own tiles end there.
    pub city: Bounds,
}

/// The names of the head's entries that tell the map.
pub(crate) const TILES_META: &str = "porchlight-tiles";
pub(crate) const CITY_META: &str = "porchlight-city";

/// Our own tiles, which there are in light and dark.
pub const OWN_TILES: &str = "/tiles/{style}/{z}/{x}/{y}{r}.png";

/// Fetches what stands in such templates once the page is on the screen: until then code would only
/// keep style and pictures waiting. A page that nobody looks at is not painted, and does not wait; nor
/// does a browser that would not say. All wait for the end of the page: its beginning is painted while the rest is
/// still on its way over a slow network, and half a page can't come alive.
const AFTER_FIRST_PAINT: &str = "{\
    const load=()=>document.querySelectorAll('template[data-late]')\
    .forEach(late=>document.head.append(late.content.cloneNode(true)));\
    const at_the_end=()=>document.readyState==='loading'?addEventListener('DOMContentLoaded',load,{once:true}):load();\
    document.hidden||!PerformanceObserver.supportedEntryTypes.includes('paint')?at_the_end():\
    new PerformanceObserver((_,paint)=>{paint.disconnect();at_the_end()}).observe({type:'paint',buffered:true})}";

/// Whether the page can be installed as an app: only what a courier works with is one, and nobody else is
/// to be offered it.
fn is_an_app() -> bool {
    use_context::<RequestUrl>()
        .and_then(|url| url.parse().ok())
        .is_some_and(|url| url.path() == "/courier")
}

/// The document the server renders: head, hashed assets and the hydrated [`App`].
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let chosen = Preferences::detect();
    let map = use_context::<MapSource>();
    let city = map.as_ref().map(|map| {
        let Bounds { min, max } = map.city;
        format!("{},{},{},{}", min.lat(), min.lon(), max.lat(), max.lon())
    });
    let tiles = map.map_or_else(|| OWN_TILES.to_owned(), |map| map.tiles);
    view! {
        <!DOCTYPE html>
        <html lang=chosen.language.tag() data-theme=chosen.theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="description" content=chosen.language.texts().common.description />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f3ec" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0b1120" />
                <meta name=TILES_META content=tiles />
                <meta name=CITY_META content=city />
                <link rel="icon" href="/icon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/apple-touch-180.png" />
                {is_an_app().then(|| view! { <link rel="manifest" href="/manifest.webmanifest" /> })}
                <link
                    rel="preload"
                    href="/vendor/figtree/figtree-latin-wght-normal.woff2"
                    r#as="font"
                    type="font/woff2"
                    crossorigin="anonymous"
                />
                <HashedStylesheet id="leptos" options=options.clone() />
                <AutoReload options=options.clone() />
                <template data-late="">
                    <HydrationScripts options />
                </template>
                <script nonce=use_nonce()>{AFTER_FIRST_PAINT}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
