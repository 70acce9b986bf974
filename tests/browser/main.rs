//! The product in Chromium.
