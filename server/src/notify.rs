//! How notifications leave the house, as the settings say.

use porchlight_backend::notify::{MailSettings, PushSettings, Settings, SmsSettings};

use crate::config::Config;
use crate::service::ServiceError;

/// What the settings say of notifications. What is said by half is refused, and not left out in silence.
pub fn settings(config: &Config) -> Result<Settings, ServiceError> {
    let time_zone = config
        .time_zone
        .parse()
        .map_err(|_| ServiceError::Notify("time_zone is none of the tz database"))?;
    let keep_unsent = config.keep_unsent.unwrap_or(false);
    Ok(Settings {
        base_url: config.base_url(),
        time_zone,
        push: push(config, keep_unsent),
        mail: mail(config)?,
        sms: sms(config)?,
        keep_unsent,
    })
}

fn push(config: &Config, keep_unsent: bool) -> Option<PushSettings> {
    let own = config.public_url.clone().filter(|_| config.is_https());
    let contact = config.push_contact.clone().or(own);
    (contact.is_some() || keep_unsent).then(|| PushSettings {
        contact,
        services: config.push_services.clone(),
    })
}

fn mail(config: &Config) -> Result<Option<MailSettings>, ServiceError> {
    match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => Ok(Some(MailSettings {
            url: url.clone(),
            from: from.clone(),
        })),
        (None, None) => Ok(None),
        _ => Err(ServiceError::Notify(
            "set both smtp_url and mail_from, or neither",
        )),
    }
}

fn sms(config: &Config) -> Result<Option<SmsSettings>, ServiceError> {
    let parts = [
        &config.sms_url,
        &config.sms_account,
        &config.sms_token,
        &config.sms_from,
    ];
    match parts {
        [Some(url), Some(account), Some(token), Some(from)] => Ok(Some(SmsSettings {
            url: url.clone(),
            account: account.clone(),
            token: token.clone(),
            from: from.clone(),
        })),
        [None, None, None, None] => Ok(None),
        _ => Err(ServiceError::Notify(
            "set all of sms_url, sms_account, sms_token and sms_from, or none",
        )),
    }
}
