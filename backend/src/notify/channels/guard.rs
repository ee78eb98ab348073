//! What a push endpoint may be. Browsers name it, so anybody can name anything: it must not become a way to make this
//! server knock on doors inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::SettingsError;

/// The push services of today's browsers: Chrome and others, Firefox, Safari, Edge.
pub const PUSH_SERVICES: [&str; 4] = [
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];

/// Browsers' endpoints have a few hundred characters.
const MAX_ENDPOINT: usize = 2048;

/// Why an endpoint is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::notify) enum Refused {
    #[error("this is not the address of a push service")]
    NotAnAddress,
    #[error("push services are reached by HTTPS, on its usual port")]
    NotHttps,
    #[error("this push service is not one of those that are allowed here")]
    UnknownService,
    #[error("this push service is inside a private network")]
    Inside,
}

/// The services that are allowed.
#[derive(Debug, Clone)]
pub(in crate::notify) struct Guard(Vec<Allowed>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    Host(String),
    /// Every host below this one.
    Below(String),
    /// Named by the operator with scheme and port, such as a service of their own: taken as it is.
    Origin(String),
}

impl Guard {
    pub(in crate::notify) fn of(services: &[String]) -> Result<Self, SettingsError> {
        let read = services.iter().map(|service| {
            Allowed::read(service).ok_or_else(|| SettingsError::PushService(service.clone()))
        });
        Ok(Self(read.collect::<Result<_, _>>()?))
    }

    /// The endpoint, if it is one of an allowed service.
    pub(in crate::notify) fn check(&self, endpoint: &str) -> Result<Url, Refused> {
        if endpoint.len() > MAX_ENDPOINT {
            return Err(Refused::NotAnAddress);
        }
        let url = Url::parse(endpoint).map_err(|_| Refused::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Refused::NotAnAddress);
        }
        if self.is_named(&url) {
            return Ok(url);
        }
        if url.scheme() != "https" || url.port_or_known_default() != Some(443) {
            return Err(Refused::NotHttps);
        }
        let Some(Host::Domain(host)) = url.host() else {
            return Err(Refused::UnknownService);
        };
        let host = host.trim_end_matches('.');
        let fits = |allowed: &Allowed| match allowed {
            Allowed::Host(own) => own == host,
            Allowed::Below(own) => host
                .strip_suffix(own.as_str())
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            Allowed::Origin(_) => false,
        };
        if self.0.iter().any(fits) {
            Ok(url)
        } else {
            Err(Refused::UnknownService)
        }
    }

    /// The same, and that the name does not lead inside. A name that nobody knows now may be known later: it is
    /// looked up again whenever something is sent.
    pub(in crate::notify) async fn check_all(&self, endpoint: &str) -> Result<(), Refused> {
        let url = self.check(endpoint)?;
        let Some(Host::Domain(host)) = url.host().filter(|_| !self.is_named(&url)) else {
            return Ok(());
        };
        let found = tokio::net::lookup_host((host, 443)).await;
        let is_inside = |address: SocketAddr| !is_outside(address.ip());
        if found.is_ok_and(|mut found| found.any(is_inside)) {
            return Err(Refused::Inside);
        }
        Ok(())
    }

    fn is_named(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.0.contains(&Allowed::Origin(origin))
    }
}

impl Allowed {
    fn read(text: &str) -> Option<Self> {
        if text.contains("://") {
            let url = Url::parse(text).ok()?;
            return Some(Self::Origin(url.origin().ascii_serialization()));
        }
        let host = |text: &str| match Host::parse(text) {
            Ok(Host::Domain(host)) if host.contains('.') => Some(host),
            _ => None,
        };
        match text.strip_prefix("*.") {
            Some(below) => host(below).map(Self::Below),
            None => host(text).map(Self::Host),
        }
    }
}

/// Looks names up and leaves out what is inside: also for a name that led outside a moment ago.
#[derive(Debug)]
pub(super) struct OutsideOnly;

impl Resolve for OutsideOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outside: Vec<SocketAddr> =
                found.filter(|address| is_outside(address.ip())).collect();
            if outside.is_empty() {
                return Err(Refused::Inside.into());
            }
            Ok(Box::new(outside.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet.
fn is_outside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_outside_v4(address),
        IpAddr::V6(address) => is_outside_v6(address),
    }
}

/// Without what IANA keeps for special purposes (RFC 6890).
fn is_outside_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113);
    !(is_special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast())
}

/// Global unicast only, and nothing in it that carries or leads to an older address.
fn is_outside_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_global = (0x2000..0x4000).contains(&a);
    let is_special = a == 0x2002 || (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x3fff;
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        let mut services = PUSH_SERVICES.map(str::to_owned).to_vec();
        services.push("http://127.0.0.1:8123".into());
        Guard::of(&services).expect("services")
    }

    #[test]
    fn the_services_of_browsers_are_taken() {
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/abc",
            "https://db5p.notify.windows.com/w/?token=abc",
            "https://fcm.googleapis.com:443/x",
            "https://FCM.googleapis.com/x",
            "http://127.0.0.1:8123/push/1",
        ] {
            assert!(guard().check(endpoint).is_ok(), "{endpoint}");
        }
    }

    #[test]
    fn nothing_else_is() {
        use Refused::{NotAnAddress, NotHttps, UnknownService};
        for (endpoint, why) in [
            ("", NotAnAddress),
            ("fcm.googleapis.com/x", NotAnAddress),
            ("https://user@fcm.googleapis.com/x", NotAnAddress),
            ("https://fcm.googleapis.com/x#y", NotAnAddress),
            ("http://fcm.googleapis.com/x", NotHttps),
            ("https://fcm.googleapis.com:8443/x", NotHttps),
            ("ftp://fcm.googleapis.com/x", NotHttps),
            ("https://127.0.0.1/x", UnknownService),
            ("https://[::1]/x", UnknownService),
            ("https://2130706433/x", UnknownService),
            ("https://localhost/x", UnknownService),
            ("https://169.254.169.254/latest/meta-data", UnknownService),
            ("https://evil-fcm.googleapis.com/x", UnknownService),
            ("https://fcm.googleapis.com.evil.example/x", UnknownService),
            ("https://push.apple.com/x", UnknownService),
            ("https://evilpush.apple.com/x", UnknownService),
            ("http://127.0.0.1:8124/push/1", NotHttps),
            ("http://127.0.0.1/push/1", NotHttps),
        ] {
            assert_eq!(
                guard().check(endpoint).map(String::from),
                Err(why),
                "{endpoint}"
            );
        }
        let long = format!("https://fcm.googleapis.com/{}", "x".repeat(MAX_ENDPOINT));
        assert_eq!(guard().check(&long).map(String::from), Err(NotAnAddress));
    }

    #[test]
    fn addresses_inside_are_known() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::",
            "::127.0.0.1",
        ] {
            let address = inside.parse().expect("an address");
            assert!(!is_outside(address), "{inside}");
        }
        for outside in [
            "8.8.8.8",
            "142.250.74.10",
            "2a00:1450:400f:80c::200a",
            "2620:149::1",
        ] {
            let address = outside.parse().expect("an address");
            assert!(is_outside(address), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_when_it_is_saved_and_when_it_is_used() {
        // Allowed by its name, as after a change of DNS.
        let guard = Guard(vec![Allowed::Host("localhost".into())]);
        let saved = guard.check_all("https://localhost/x").await;
        assert_eq!(saved, Err(Refused::Inside));
        let name: Name = "localhost".parse().expect("a name");
        assert!(OutsideOnly.resolve(name).await.is_err());
    }

    #[test]
    fn settings_that_are_no_services_are_refused() {
        for text in ["", "*", "*.com/", "localhost", "127.0.0.1", "a b"] {
            assert!(Guard::of(&[text.to_owned()]).is_err(), "{text}");
        }
    }
}
