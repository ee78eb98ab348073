//! Distances in words.

/// Metres as people say them, in every language alike: `350 m`, `1.2 km`.
pub fn distance(metres: f64) -> String {
    if metres < 995.0 {
        format!("{:.0} m", (metres / 10.0).round() * 10.0)
    } else {
        format!("{:.1} km", metres / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_said_as_people_say_them() {
        assert_eq!(distance(347.0), "350 m");
        assert_eq!(distance(1234.0), "1.2 km");
        assert_eq!(distance(996.0), "1.0 km");
    }
}
