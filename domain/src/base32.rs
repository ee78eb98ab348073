//! Crockford's base 32: no I, L, O or U, so it can be read out loud and typed back.
//! <https://www.crockford.com/base32.html>

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The digit for the lowest five bits of `value`.
pub fn digit(value: u8) -> char {
    char::from(DIGITS[usize::from(value & 31)])
}

/// The value 0..32 of a digit as a person may type it: any case, I and L for 1, O for 0.
pub fn value(digit: char) -> Option<u8> {
    let digit = match digit.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    DIGITS
        .iter()
        .position(|known| char::from(*known) == digit)
        .and_then(|at| u8::try_from(at).ok())
}

/// 26 lower-case digits, most significant first.
pub fn encode_u128(number: u128) -> String {
    (0..26)
        .rev()
        .map(|place| digit(((number >> (place * 5)) & 31) as u8).to_ascii_lowercase())
        .collect()
}

/// Reads what [`encode_u128`] wrote.
pub fn decode_u128(text: &str) -> Option<u128> {
    if text.len() != 26 {
        return None;
    }
    text.chars().try_fold(0_u128, |number, digit| {
        let value = u128::from(value(digit)?);
        // The first digit holds three bits of the 128.
        (number >> 123 == 0).then_some((number << 5) | value)
    })
}
