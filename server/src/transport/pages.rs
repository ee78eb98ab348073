//! Pages and their assets over HTTP.
//!
//! Files under `/pkg` carry a hash of their content in the name, so they never change and may be
//! cached for ever. Everything else in the site folder keeps its name and is revalidated.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
};
use leptos::prelude::LeptosOptions;
use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
use porchlight_app::{document::shell, routes::App};
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// One year: the longest that caches honour.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Serves every page of the app, the hashed assets and the files of the site folder.
pub fn router(options: LeptosOptions) -> Router {
    let package = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let package_path = format!("/{}", options.site_pkg_dir);
    let assets = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, IMMUTABLE))
        .service(ServeDir::new(package).precompressed_br().precompressed_gzip());

    Router::new()
        .nest_service(&package_path, assets)
        .leptos_routes(&options, generate_route_list(App), {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback(file_and_error_handler::<LeptosOptions, _>(shell))
        .with_state(options)
}
