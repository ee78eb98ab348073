//! A client of the public API, as a phone or a partner has one.

use std::time::Duration;

use porchlight_domain::account::{IssuedToken, SignIn};
use porchlight_domain::problem::Problem;
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::RwLock;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A person's way to a server.
pub struct Api {
    http: reqwest::Client,
    base: String,
    email: String,
    password: String,
    token: RwLock<String>,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The server was not reached, or its answer was none.
    #[error("the server can't be reached: {0}")]
    Http(#[from] reqwest::Error),
    /// It refused.
    #[error("{} ({status}){}", .problem.title, .problem.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default())]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// Why.
        problem: Box<Problem>,
    },
}

impl ApiError {
    /// Whether it is the refusal with this status.
    pub fn is(&self, wanted: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }
}

impl Api {
    /// Signs in at a server, such as `http://127.0.0.1:3000`.
    pub async fn sign_in(base: &str, email: &str, password: &str) -> Result<Self, ApiError> {
        let api = Self {
            http: reqwest::Client::builder().timeout(TIMEOUT).build()?,
            base: base.trim_end_matches('/').to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            token: RwLock::default(),
        };
        api.renew_token().await?;
        Ok(api)
    }

    /// Asks for something.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let response = self.call(Method::GET, path, None::<&()>).await?;
        Ok(response.json().await?)
    }

    /// Sends something and reads the answer.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ApiError> {
        let response = self.call(Method::POST, path, Some(body)).await?;
        Ok(response.json().await?)
    }

    /// Has something done that has no answer.
    pub async fn order(&self, path: &str) -> Result<(), ApiError> {
        self.call(Method::POST, path, Some(&serde_json::json!({})))
            .await?;
        Ok(())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<reqwest::Response, ApiError> {
        match self.call_once(method.clone(), path, body).await {
            // A token lasts an hour, a run longer.
            Err(error) if error.is(StatusCode::UNAUTHORIZED) => {
                self.renew_token().await?;
                self.call_once(method, path, body).await
            }
            answered => answered,
        }
    }

    async fn call_once(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<reqwest::Response, ApiError> {
        let token = self.token.read().await.clone();
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        accepted(request.send().await?).await
    }

    async fn renew_token(&self) -> Result<(), ApiError> {
        let form = SignIn {
            email: self.email.clone(),
            password: self.password.clone(),
        };
        let request = self
            .http
            .post(format!("{}/api/v1/tokens", self.base))
            .json(&form);
        let issued: IssuedToken = accepted(request.send().await?).await?.json().await?;
        *self.token.write().await = issued.token;
        Ok(())
    }
}

async fn accepted(response: reqwest::Response) -> Result<reqwest::Response, ApiError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    Err(ApiError::Refused {
        status,
        problem: Box::new(response.json().await?),
    })
}
