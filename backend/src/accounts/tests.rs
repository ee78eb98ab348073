use super::*;
use crate::events::Topic;
use crate::testing::{Listener, TestDatabase};

const PASSWORD: &str = "correct horse battery";

fn client(last: u8) -> Client {
    Client {
        address: IpAddr::from([192, 0, 2, last]),
        user_agent: "Test/1".into(),
    }
}

fn form(password: &str) -> SignIn {
    SignIn {
        email: "Ada@Example.org".into(),
        password: password.into(),
    }
}

async fn ada(backend: &Backend) -> SignedIn {
    let form = SignUp {
        name: "Ada Lovelace".into(),
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
    };
    sign_up(backend, form, &client(1))
        .await
        .expect("a new account")
}

async fn actor(backend: &Backend, signed_in: &SignedIn) -> Result<Actor, Error> {
    let known = authenticate(backend, signed_in.token.as_str()).await?;
    Ok(known.actor)
}

#[tokio::test]
async fn a_customer_signs_up_in_and_out() {
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        let first = ada(&backend).await;
        assert_eq!(first.me.role, Role::Customer);
        let again = sign_in(&backend, form(PASSWORD), &client(1), SessionKind::Browser)
            .await
            .expect("signed in");
        let here = actor(&backend, &again).await.expect("known");
        assert_eq!(me(&here, &backend).await.expect("known"), first.me);
        assert_eq!(sessions(&here, &backend).await.expect("hers").len(), 2);
        sign_out(&here, &backend).await.expect("signed out");
        assert!(matches!(
            actor(&backend, &again).await,
            Err(Error::Unauthenticated)
        ));
        assert!(actor(&backend, &first).await.is_ok());
    }
}

#[tokio::test]
async fn an_address_has_one_account() {
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        ada(&backend).await;
        let twice = SignUp {
            name: "Other".into(),
            email: "ADA@example.org".into(),
            password: PASSWORD.into(),
        };
        let refused = sign_up(&backend, twice, &client(2)).await;
        assert!(matches!(
            refused,
            Err(Error::Invalid {
                field: Some("email"),
                ..
            })
        ));
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        ada(&backend).await;
        let answer = |form| async {
            sign_in(&backend, form, &client(1), SessionKind::Api)
                .await
                .expect_err("refused")
                .to_string()
        };
        let unknown = SignIn {
            email: "nobody@example.org".into(),
            password: PASSWORD.into(),
        };
        assert_eq!(answer(form("wrong")).await, answer(unknown).await);
    }
}

#[tokio::test]
async fn guesses_are_limited_even_all_at_once() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("starts");
        ada(&backend).await;
        let guess =
            |password: &'static str| sign_in(&backend, form(password), &PEER, SessionKind::Api);
        let guesses = futures::future::join_all((0..1_000).map(|_| guess("wrong"))).await;
        let looked_at = guesses
            .iter()
            .filter(|guess| matches!(guess, Err(Error::Invalid { .. })))
            .count();
        // The rest was refused by the limit, or by a database that had enough to do.
        assert!((1..=10).contains(&looked_at), "{looked_at} were looked at");
        assert!(matches!(
            guess(PASSWORD).await,
            Err(Error::RateLimited { .. })
        ));
        clock.advance_s(15.0 * 60.0 + 1.0);
        assert!(guess(PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn one_address_cannot_lock_somebody_elses_account() {
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        ada(&backend).await;
        for _ in 0..150 {
            let guess = sign_in(&backend, form("wrong"), &PEER, SessionKind::Api).await;
            assert!(guess.is_err());
        }
        let own = sign_in(&backend, form(PASSWORD), &client(1), SessionKind::Api).await;
        assert!(own.is_ok(), "she is somewhere else, and knows her password");
    }
}

#[tokio::test]
async fn one_address_makes_only_so_many_accounts_an_hour() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("starts");
        let newcomer = |number: u32, from: u8| {
            let form = SignUp {
                name: "Someone".into(),
                email: format!("someone{number}@example.org"),
                password: PASSWORD.into(),
            };
            let (backend, client) = (backend.clone(), client(from));
            async move { sign_up(&backend, form, &client).await }
        };
        for number in 0..20 {
            newcomer(number, 9).await.expect("a new account");
        }
        let refused = newcomer(20, 9).await;
        assert!(matches!(
            refused,
            Err(Error::RateLimited {
                retry_after_s: 3600
            })
        ));
        assert!(newcomer(21, 8).await.is_ok(), "from somewhere else");
        clock.advance_s(1800.0);
        sessions::purge(&backend).await.expect("swept");
        assert!(newcomer(22, 9).await.is_err(), "half an hour is not enough");
        clock.advance_s(1801.0);
        assert!(newcomer(22, 9).await.is_ok());
    }
}

static PEER: std::sync::LazyLock<Client> = std::sync::LazyLock::new(|| client(9));

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_their_streams() {
    for database in TestDatabase::all().await {
        let backend = database.backend().await;
        let (here, there) = (
            ada(&backend).await,
            sign_in(&backend, form(PASSWORD), &client(2), SessionKind::Browser)
                .await
                .expect("signed in"),
        );
        let actor_here = actor(&backend, &here).await.expect("known");
        let session_there = actor(&backend, &there)
            .await
            .expect("known")
            .person()
            .expect("a person")
            .session
            .clone();
        let stream = Listener::join(&backend, vec![Topic::session(&session_there)]);
        let change = |current, new| change_password(&actor_here, &backend, current, new, &PEER);
        let wrong = change("wrong", "another long password").await;
        assert!(matches!(
            wrong,
            Err(Error::Invalid {
                field: Some("current_password"),
                ..
            })
        ));
        let short = change(PASSWORD, "short").await;
        assert!(matches!(
            short,
            Err(Error::Invalid {
                field: Some("new_password"),
                ..
            })
        ));
        change(PASSWORD, "another long password")
            .await
            .expect("changed");
        assert!(matches!(
            actor(&backend, &there).await,
            Err(Error::Unauthenticated)
        ));
        assert!(actor(&backend, &here).await.is_ok() && stream.is_closed());
        assert!(
            sign_in(&backend, form(PASSWORD), &client(3), SessionKind::Api)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn a_browser_that_is_used_is_told_how_much_longer_it_stays_signed_in() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("starts");
        let browser = ada(&backend).await;
        let api = sign_in(&backend, form(PASSWORD), &client(1), SessionKind::Api)
            .await
            .expect("signed in");
        clock.advance_s(120.0);
        let prolonged = async |signed_in: &SignedIn| {
            authenticate(&backend, signed_in.token.as_str())
                .await
                .expect("known")
                .prolonged_to
        };
        let until = prolonged(&browser).await;
        assert_eq!(until, Some(browser.expires_at.plus_s(120.0)));
        assert_eq!(prolonged(&browser).await, None, "once a minute");
        uses::flush(&backend).await.expect("written");
        assert_eq!(prolonged(&browser).await, None, "once a minute");
        assert_eq!(prolonged(&api).await, None, "an API token is not prolonged");
    }
}

#[tokio::test]
async fn sessions_run_out() {
    for database in TestDatabase::all().await {
        let settings = database.settings();
        let clock = settings.clock.clone();
        let backend = Backend::start(settings).await.expect("starts");
        let browser = ada(&backend).await;
        let api = sign_in(&backend, form(PASSWORD), &client(1), SessionKind::Api)
            .await
            .expect("signed in");
        clock.advance_s(3600.0);
        assert!(actor(&backend, &browser).await.is_ok());
        assert!(matches!(
            actor(&backend, &api).await,
            Err(Error::Unauthenticated)
        ));
        clock.advance_s(29.5 * 24.0 * 3600.0);
        assert!(actor(&backend, &browser).await.is_ok(), "used in between");
        uses::flush(&backend).await.expect("written");
        clock.advance_s(30.0 * 24.0 * 3600.0);
        assert!(matches!(
            actor(&backend, &browser).await,
            Err(Error::Unauthenticated)
        ));
        for garbage in [
            "",
            "é",
            &"f".repeat(64),
            &"x".repeat(64),
            &"f".repeat(10_000),
        ] {
            assert!(matches!(
                authenticate(&backend, garbage).await,
                Err(Error::Unauthenticated)
            ));
        }
    }
}
