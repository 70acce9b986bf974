//! The product in Chromium, on a phone and on a desktop.
