//! stub
pub(crate) mod settings {
    pub(crate) fn log_line_prefix() -> Vec<u8> {
        b"%m [%p] ".to_vec()
    }
}
