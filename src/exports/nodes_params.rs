//! `nodes/params.h`: lists of parameters.
//! Runs in: worker.

use core::ffi::c_int;

use crate::abi::params::ParamListInfo;
use crate::database::parameters;

throwing! {
    /// A list of so many parameters, which are not set.
    fn makeParamList(numParams: c_int) -> ParamListInfo {
        parameters::make_list(numParams)
    }

    /// A copy of a list and its values.
    fn copyParamList(from: ParamListInfo) -> ParamListInfo {
        // SAFETY: NULL or live.
        unsafe { parameters::copy_list(from) }
    }
}
