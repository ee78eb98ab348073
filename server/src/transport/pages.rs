//! Pages and their assets over HTTP.
//!
//! Files under `/pkg` carry a hash of their content in the name, so they never change and may be
//! cached for ever. Everything else in the site folder keeps its name and is revalidated.

use std::path::Path;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    AxumRouteListing, ResponseOptions, generate_route_list, handle_server_fns_with_context,
    render_app_async_with_context,
};
use porchlight_app::document::{MapSource, OWN_TILES, shell};
use porchlight_app::routes::App;
use porchlight_backend::accounts::{Actor, Client};
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use super::security;
use super::state::AppState;

/// One year: the longest that caches honour.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept, but asked about every time.
const REVALIDATED: HeaderValue = HeaderValue::from_static("no-cache");

/// The paths of all pages. Listed once: meanwhile no page of this process, of another server's either, gets what it
/// waits for, and would wait for ever.
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let routes = generate_route_list(App);
    let paths = routes.iter().map(AxumRouteListing::path);
    paths.map(str::to_owned).collect()
});

/// Every page of the app, its server functions, the hashed assets and the files of the site folder.
pub fn router(state: &AppState) -> Router<AppState> {
    let options = &state.leptos;
    let site = Path::new(&*options.site_root);
    let package_path = format!("/{}", options.site_pkg_dir);
    let hashed = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            IMMUTABLE,
        ))
        .service(
            ServeDir::new(site.join(&*options.site_pkg_dir))
                .precompressed_br()
                .precompressed_gzip(),
        );
    let page = get(page);
    let router = PATHS.iter().fold(Router::new(), |router, path| {
        router.route(path, page.clone())
    });
    let server_functions = axum::routing::any(server_function);
    let files = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            REVALIDATED,
        ))
        .service(
            ServeDir::new(site)
                .append_index_html_on_directories(false)
                .fallback(axum::handler::Handler::with_state(
                    page_or_nothing,
                    state.clone(),
                )),
        );
    router
        .route("/api/ui/v1/{*function}", server_functions)
        .nest_service(&package_path, hashed)
        .fallback_service(files)
}

/// What the app's functions find in their context.
fn context(state: &AppState, request: &Request) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    let actor = request.extensions().get::<Actor>().cloned();
    let client = request.extensions().get::<Client>().cloned();
    move || {
        provide_context(state.backend.clone());
        if let Some(atlas) = state.backend.atlas() {
            let tiles = &state.config.tiles;
            let is_elsewhere = tiles.contains("://");
            provide_context(MapSource {
                tiles: if is_elsewhere { tiles } else { OWN_TILES }.to_owned(),
                city: atlas.bounds,
            });
        }
        provide_context(state.cookie_policy());
        if let Some(actor) = &actor {
            provide_context(actor.clone());
        }
        if let Some(client) = &client {
            provide_context(client.clone());
        }
    }
}

async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let context = context(&state, &request);
    handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

async fn page(State(state): State<AppState>, request: Request) -> Response {
    let provide = context(&state, &request);
    let tiles = state.config.tiles.clone();
    // cargo-leptos says so to the server that it watches.
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let reload_port = is_watched.then_some(state.leptos.reload_port);
    let with_policy = move || {
        provide();
        set_policy(&tiles, reload_port);
    };
    let options = state.leptos.clone();
    // Whole pages: the answer's status and redirects are known only when everything is rendered.
    let render = render_app_async_with_context(with_policy, move || shell(options.clone()));
    render(request).await.into_response()
}

/// Files that do not exist below `/api` are no pages.
async fn page_or_nothing(state: State<AppState>, request: Request) -> Response {
    if request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/ws/") {
        return super::not_found().into_response();
    }
    page(state, request).await
}

fn set_policy(tiles: &str, reload_port: Option<u32>) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = security::page_policy(&nonce, tiles, reload_port);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
