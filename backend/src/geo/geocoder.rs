//! Search over the addresses of the imported city.

use std::collections::BTreeMap;

use porchlight_domain::geo::{Bounds, Position};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::plane::Plane;
use super::{Address, City};

/// Below this likeness (0..=1) a street is another street and not a typing error.
const LEAST_LIKENESS: f64 = 0.84;

/// Longer questions are cut: no street has a longer name.
const MAX_QUESTION_CHARS: usize = 120;

/// Finds addresses by what people type and by where they stand.
#[derive(Debug)]
pub struct Geocoder {
    addresses: Vec<Address>,
    /// Streets by folded name.
    streets: BTreeMap<String, Vec<usize>>,
    plane: Plane,
    places: RTree<GeomWithData<[f64; 2], usize>>,
}

impl Geocoder {
    /// Builds the index of a city's addresses.
    pub fn new(city: &City) -> Self {
        let plane = Plane::around(city.bounds);
        let mut streets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut places = Vec::with_capacity(city.addresses.len());
        for (index, address) in city.addresses.iter().enumerate() {
            streets
                .entry(fold(&address.street))
                .or_default()
                .push(index);
            places.push(GeomWithData::new(plane.point(address.position), index));
        }
        Self {
            addresses: city.addresses.clone(),
            streets,
            plane,
            places: RTree::bulk_load(places),
        }
    }

    /// The addresses that a text most likely means, the best first, at most `limit`. Street and
    /// number in any order and any case, with or without dots over the letters, the beginning of
    /// a name or a name with a typing error; postcode and city narrow it down.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Address> {
        let question = Question::read(text);
        if question.street.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(f64, usize)> = Vec::new();
        for (name, houses) in &self.streets {
            let Some(likeness) = question.likeness_of(name) else {
                continue;
            };
            found.extend(houses.iter().map(|index| {
                let house = &self.addresses[*index];
                (likeness + question.fit_of(house), *index)
            }));
        }
        // Addresses are kept in the order of street and number: the index settles a draw.
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(limit);
        found
            .into_iter()
            .map(|(_, index)| self.addresses[index].clone())
            .collect()
    }

    /// Where a text is: an address, or the middle of all houses with a postcode.
    pub fn locate(&self, text: &str) -> Option<Position> {
        let text = text.trim();
        let houses = self.addresses.iter();
        let in_postcode: Vec<Position> = houses
            .filter(|house| house.postcode.as_deref() == Some(text))
            .map(|house| house.position)
            .collect();
        if let Some(bounds) = Bounds::around(in_postcode) {
            return Some(bounds.centre());
        }
        self.search(text, 1).first().map(|house| house.position)
    }

    /// The address nearest to a position, however far; `None` for a city without addresses.
    pub fn nearest_address(&self, position: Position) -> Option<&Address> {
        let nearest = self.places.nearest_neighbor(&self.plane.point(position))?;
        self.addresses.get(nearest.data)
    }
}

/// A text taken apart.
struct Question {
    /// Folded words of the street.
    street: String,
    /// Folded house number.
    number: Option<String>,
    /// Folded words after a comma and five-digit numbers: postcode, city.
    rest: Vec<String>,
}

impl Question {
    fn read(text: &str) -> Self {
        let text: String = text.chars().take(MAX_QUESTION_CHARS).collect();
        let (main, rest) = text.split_once(',').unwrap_or((&text, ""));
        let mut question = Self {
            street: String::new(),
            number: None,
            rest: fold(rest).split(' ').map(str::to_owned).collect(),
        };
        let mut words = Vec::new();
        for word in fold(main).split(' ') {
            let digits = word.chars().take_while(char::is_ascii_digit).count();
            match &mut question.number {
                _ if digits >= 4 => question.rest.push(word.to_owned()),
                None if digits > 0 => question.number = Some(word.to_owned()),
                // The letter of `5 b` belongs to the number.
                Some(number) if word.len() == 1 && !number.ends_with(char::is_alphabetic) => {
                    number.push_str(word);
                }
                _ => words.push(word.to_owned()),
            }
        }
        question.rest.retain(|word| !word.is_empty());
        question.street = words.join(" ");
        question.street.truncate(question.street.trim_end().len());
        question
    }

    /// How well a street's folded name answers: 3 for the name itself, 2 to 3 for its beginning,
    /// 1 to 2 for the beginning of a later word, up to 1 for a name that looks alike.
    fn likeness_of(&self, name: &str) -> Option<f64> {
        let asked = self.street.as_str();
        if name == asked {
            return Some(3.0);
        }
        let share = share_of(asked, name);
        if name.starts_with(asked) {
            return Some(2.0 + share);
        }
        if name.contains(&format!(" {asked}")) {
            return Some(1.0 + share);
        }
        // A city or a first name typed in front of or behind the street.
        if asked.split(' ').any(|word| word == name) {
            return Some(1.5);
        }
        let begun = name.char_indices().nth(asked.chars().count());
        let begun = begun.map_or(name, |(end, _)| &name[..end]);
        let likeness =
            strsim::jaro_winkler(name, asked).max(strsim::jaro_winkler(begun, asked) * 0.98);
        (likeness >= LEAST_LIKENESS && asked.chars().count() >= 3).then_some(likeness)
    }

    /// How well the number, the postcode and the city fit: less than the step from one street to
    /// the next better one.
    fn fit_of(&self, house: &Address) -> f64 {
        let known = |word: &&String| {
            [&house.postcode, &house.city]
                .into_iter()
                .flatten()
                .any(|part| fold(part) == **word)
        };
        let narrowed = if self.rest.iter().any(|word| known(&word)) {
            0.1
        } else {
            0.0
        };
        narrowed
            + self
                .number
                .as_ref()
                .map_or(0.0, |asked| number_fit(asked, &house.house_number))
    }
}

/// 0.8 for the number itself, 0.6 for the same house with another letter or a range that holds
/// it, 0.3 for a number that begins so, as while it is being typed; 0 for any other.
fn number_fit(asked: &str, number: &str) -> f64 {
    let number = fold(number).replace(' ', "");
    let asked_house = leading_digits(asked);
    if number == asked {
        0.8
    } else if leading_digits(&number) == asked_house || range_holds(&number, asked_house) {
        0.6
    } else if number.starts_with(asked) {
        0.3
    } else {
        0.0
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    &text[..end]
}

/// Whether `12-16` holds 14, which stands on the same side of the street.
fn range_holds(number: &str, asked: &str) -> bool {
    let parse = |text: &str| leading_digits(text).parse::<u32>().ok();
    let ends = number.split_once('-');
    let ends = ends.and_then(|(from, to)| Some((parse(from)?, parse(to)?)));
    match (ends, parse(asked)) {
        (Some((from, to)), Some(asked)) => (from..=to).contains(&asked) && asked % 2 == from % 2,
        _ => false,
    }
}

/// How much of a name was typed, 0..1.
fn share_of(asked: &str, name: &str) -> f64 {
    let length = |text: &str| u32::try_from(text.chars().count()).map_or(1.0, f64::from);
    length(asked) / (length(name) + 1.0)
}

/// Lower case, letters without their dots and strokes, single spaces between words; a hyphen
/// between digits stays, other marks part words.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut characters = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(character) = characters.next() {
        let in_range = character == '-'
            && folded.ends_with(|c: char| c.is_ascii_digit())
            && characters.peek().is_some_and(char::is_ascii_digit);
        match character {
            'ä' | 'å' | 'á' | 'à' | 'â' | 'ã' => folded.push('a'),
            'ö' | 'ø' | 'ó' | 'ò' | 'ô' | 'õ' => folded.push('o'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'ü' | 'ú' | 'ù' | 'û' => folded.push('u'),
            'í' | 'ì' | 'î' | 'ï' => folded.push('i'),
            'š' | 'ś' => folded.push('s'),
            'ž' | 'ź' | 'ż' => folded.push('z'),
            'č' | 'ć' | 'ç' => folded.push('c'),
            'ñ' | 'ń' => folded.push('n'),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            // Marks on their own: what was typed decomposed.
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            _ if character.is_alphanumeric() || in_range => folded.push(character),
            _ if !folded.is_empty() && !folded.ends_with(' ') => folded.push(' '),
            _ => {}
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::testing::{helsinki, house};
    use proptest::prelude::*;

    fn best(text: &str) -> String {
        let found = Geocoder::new(helsinki()).search(text, 5);
        found
            .first()
            .map(|a| format!("{} {}", a.street, a.house_number))
            .unwrap_or_default()
    }

    #[test]
    fn finds_a_house_however_it_is_written() {
        for text in [
            "Mannerheimintie 14",
            "mannerheimintie 14",
            "14 Mannerheimintie",
            "Mannerheimintie 14, 00100 Helsinki",
            "  MANNERHEIMINTIE   14 Helsinki",
            "Manerheimintie 14",
            "Mannerheim 14",
        ] {
            assert!(
                best(text).starts_with("Mannerheimintie 14"),
                "{text}: {}",
                best(text)
            );
        }
    }

    #[test]
    fn folds_finnish_letters() {
        let with_dots = best("Töölönlahdenkatu 2");
        assert!(with_dots.starts_with("Töölönlahdenkatu"), "{with_dots}");
        assert_eq!(best("toolonlahdenkatu 2"), with_dots);
        assert_eq!(best("To\u{308}o\u{308}lo\u{308}nlahdenkatu 2"), with_dots);
    }

    #[test]
    fn offers_houses_while_one_types() {
        let found = Geocoder::new(helsinki()).search("Vuorik", 4);
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|a| a.street == "Vuorikatu"), "{found:?}");
    }

    #[test]
    fn finds_nothing_where_there_is_nothing() {
        let geocoder = Geocoder::new(helsinki());
        for text in ["", " , ", "5", "00100", "Champs-Élysées 1", "!!!"] {
            assert!(geocoder.search(text, 5).is_empty(), "{text}");
        }
        assert!(geocoder.search("Vuorikatu", 0).is_empty());
    }

    #[test]
    fn a_range_holds_its_side_of_the_street() {
        assert!(range_holds("12-16", "14"));
        assert!(!range_holds("12-16", "13"));
        assert!(!range_holds("12", "12x"));
    }

    #[test]
    fn names_the_house_one_stands_at() {
        let geocoder = Geocoder::new(helsinki());
        let at = house("Kaivokatu", "1");
        let nearest = geocoder.nearest_address(at).expect("there are addresses");
        assert_eq!(
            (nearest.street.as_str(), nearest.house_number.as_str()),
            ("Kaivokatu", "1")
        );
    }

    proptest! {
        #[test]
        fn stands_any_text(text in ".{0,200}") {
            prop_assert!(Geocoder::new(helsinki()).search(&text, 3).len() <= 3);
        }
    }
}
