#pragma once
// What the machine itself has.

#include "bonin/doctor.hpp"
#include "transport/trust.hpp"

namespace bonin::doctor_detail {

DoctorLine versions(const std::string& host);
DoctorLine system();
/// `connection`: of a client to https.
DoctorLine certificates(const ConnectionOptions& connection);
/// The name servers, and whether the host is found. As long as the resolver takes.
DoctorLine names(const std::string& host);
/// Reads the environment.
DoctorLine proxies(const ConnectionOptions& connection);
/// May a sandbox listen on loopback?
DoctorLine loopback();

}  // namespace bonin::doctor_detail
