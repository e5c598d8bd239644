# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sockperf.sh - round trips between two virtio-net devices beside those of sockperf ping-pong, in turns in one boot. On an
# emulated host their rates vary by half, so the 95 % are asked for on a real one; bench-net.sh counts instructions anywhere.

sockperf_guest() {
	local round server echo i=0
	ip link set eth0 up
	sleep 1
	net_apart
	# shellcheck disable=SC2154 # apart: of net_apart
	$apart sockperf server -i 198.18.9.2 >"$1/server" 2>&1 &
	server=$!
	$apart ./irqstorm reflect --bind 198.18.9.2:7 >/dev/null 2>&1 &
	echo=$!
	sleep 2
	for round in 1 2 3; do
		sockperf ping-pong -i 198.18.9.2 -t 1 --msg-size 64 >"$1/sockperf-$round" 2>&1
		./irqstorm -w virtio-net,dev=eth0,peer=198.18.9.2,size=64 -c 0 --warmup=400ms -d 1s -J -q -o "$1/irqstorm-$round.json"
	done
	kill $server $echo "$apart_pid"
	wait
	while [ ! -e /sys/class/net/eth1 ] && [ $((i += 1)) -lt 100 ]; do
		usleep 100000
	done
	ip addr flush dev eth0
}

# sockperf_ratio DIR LEAST: irqstorm's best round by sockperf's best
sockperf_ratio() {
	awk -v least="$2" -v storm="$(jq -s 'map(.totals.rate_hz) | max' "$1"/irqstorm-?.json)" '
		/\[Total Run\]/ {
			match($0, /RunTime=[0-9.]+/); s = substr($0, RSTART + 8, RLENGTH - 8)
			match($0, /ReceivedMessages=[0-9]+/); rate = substr($0, RSTART + 17, RLENGTH - 17) / s
			if (rate > best) best = rate
		}
		END { print "round trips per second: irqstorm " storm ", sockperf " best "; at least " least; exit !best || storm < least * best }' \
		"$1"/sockperf-?
}

sockperf_check() {
	local round least=0.5
	[ "$run_host" != real ] || least=0.95
	for round in 1 2 3; do
		tap_jq "$2/irqstorm-$round.json" '.totals | .events > 50 and .lost == 0 and .interrupts_per_event >= 0.98 and
			.interrupts_per_event <= 1.02' "round $round: 1.00 +- 0.02 RX interrupts for each round trip, and nothing lost"
	done
	tap_test "at least $least of the round trips that sockperf makes" sockperf_ratio "$2" $least
}
