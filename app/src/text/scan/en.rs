//! English.

use super::ScanText;

/// English.
pub static TEXT: ScanText = ScanText {
    asking: "Allow the camera if your phone asks.",
    looking: "Hold the code inside the frame.",
    refused: "The camera is blocked for this page. Allow it in your browser’s settings, or take a photo of the code.",
    no_camera: "This page can’t use a camera here. Take a photo of the code instead.",
    photo: "Take a photo instead",
    nothing_found: "There is no code in that photo. Go closer, and hold still.",
};
