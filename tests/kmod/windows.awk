# SPDX-License-Identifier: GPL-2.0-or-later
#
# windows.awk - are the guest's windows the host's, to the last EOI?
#
#	awk [-v cpus=N] -f windows.awk GUEST_OUTPUT HOST_TRACE
#
# GUEST_OUTPUT has the lines of eoi_windows; HOST_TRACE is a tracefs text of kvm_eoi, kvm_pv_eoi and kvm_msr (only
# writes of 0x4b564d04) that begins before the module was loaded. Threads are "CPU n/KVM", n being the virtual CPU.
# Holds while only the module writes that MSR: no CPU went offline. Exits 1 when a window differs or there is none,
# or when they are not of N CPUs.

FNR == NR {
	if ($1 == "window") {
		guest[$4, $2] = $6 " " $8
		nr_cpus += !seen[$4]++
	}
	next
}

/ kvm_(eoi|pv_eoi|msr): / {
	match($0, /CPU [0-9]+\/KVM/)
	if (!RSTART)
		next
	cpu = substr($0, RSTART + 4, RLENGTH - 8) + 0
	if (/ kvm_msr: /)
		mark[cpu]++
	else if (/ kvm_pv_eoi: /)
		fast[cpu, mark[cpu]]++
	else
		all[cpu, mark[cpu]]++
	# the module's calibration makes some before its first mark
	if (mark[cpu] && / kvm_eoi: .*vector (-1|255)$/)
		doubled++
}

END {
	for (key in guest) {
		host = fast[key] + 0 " " all[key] - fast[key]
		split(key, k, SUBSEP)
		same = host == guest[key]
		printf "%s: window %d cpu %d: guest fast/msr %s, host %s\n", same ? "same" : "DIFFERENT", k[2], k[1], guest[key], host
		nr++
		different += !same
	}
	printf "%d windows, %d different, %d EOIs with an empty in-service register\n", nr, different, doubled
	exit !nr || different || doubled || (cpus && nr_cpus != cpus)
}
