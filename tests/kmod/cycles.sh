#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cycles.sh LOADS SWITCHES HOTPLUGS - the module comes and goes, modes change and CPU 1 goes offline and online, all
# under reads whose interrupts may not get lost
#
# Runs as root in a guest, in a folder with irqstorm_eoi.ko, eoi_storm and eoi_windows; the disk is /dev/vda.
# Says TAP; exits 0 or 1; file descriptor 3, if open, gets lines about the progress. Must not know what the host saw.

loads=${1:-50} switches=${2:-50} hotplugs=${3:-5}
nr=0 failed=0
begin="cycles.sh $$ begins"
echo "$begin" >/dev/kmsg
cpu1=/sys/devices/system/cpu/cpu1/online

verdict() {	# STATUS SENTENCE
	nr=$((nr + 1))
	if [ "$1" = 0 ]; then
		echo "ok $nr - $2"
	else
		echo "not ok $nr - $2"
		failed=1
	fi
}

# progress I TEXT: for every 40th I
progress() { [ $(($1 % 40)) != 0 ] || { echo "say $2" >&3; } 2>/dev/null; }

# load N [IRQS]: a calibration writes EOIs with nothing in service, and that is what the host looks for
load() { insmod ./irqstorm_eoi.ko calibrate=0 irqs="${2:-512}" own_area=$(($1 % 2)); }

# the interrupts of the disk: a storm that stands still proves nothing
irqs() { awk '/virtio[0-9]+-req/ { for (i = 2; i < 10; i++) if ($i ~ /^[0-9]+$/) n += $i } END { print n + 0 }' /proc/interrupts; }

./eoi_storm /dev/vda >/tmp/storm &
storm=$!
sleep 1
before=$(irqs)

# in an emulated host, attaching to tracepoints takes seconds
i=0
while [ $i -lt "$loads" ] && load $i $((i / 2 % 5 ? 0 : 512)) && rmmod irqstorm_eoi; do
	i=$((i + 1))
	progress $i "$i loads"
done
[ $i = "$loads" ]
verdict $? "$i of $loads times loaded and unloaded, alternating the kernel's PV-EOI areas and the module's; one in five with tracepoints"

i=0
list=
while [ $i -lt $((switches / 2)) ]; do
	list="$list msr pv ignored"
	i=$((i + 3))
done
for own in 0 1; do
	load $own
	# shellcheck disable=SC2086 # a list
	./eoi_windows 10 $list >/dev/null
	progress 0 "$i changes of mode with own_area=$own"
	verdict $? "$i changes of mode on each CPU with own_area=$own"
	rmmod irqstorm_eoi
done

if [ -w $cpu1 ]; then
	for own in 0 1; do
		load $own
		i=0
		while [ $i -lt "$hotplugs" ] && echo 0 >$cpu1 && echo 1 >$cpu1; do
			i=$((i + 1))
		done
		[ $i = "$hotplugs" ]
		verdict $? "CPU 1 went offline and online $i of $hotplugs times with own_area=$own"
		rmmod irqstorm_eoi
	done
	echo 0 >$cpu1
	load 1 && echo 1 >$cpu1 && rmmod irqstorm_eoi
	verdict $? "loaded with CPU 1 offline, unloaded with it online"
	load 1 && echo 0 >$cpu1 && rmmod irqstorm_eoi && echo 1 >$cpu1
	verdict $? "loaded with CPU 1 online, unloaded with it offline"

	load 0
	# shellcheck disable=SC2046 # a list
	./eoi_windows 30 $(yes msr timed ignored mark pv untimed | head -n 8 | xargs) >/dev/null &
	switcher=$!
	i=0
	while [ $i -lt "$hotplugs" ] && kill -0 $switcher 2>/dev/null; do
		echo 0 >$cpu1 && echo 1 >$cpu1 || break
		i=$((i + 1))
	done
	wait $switcher && [ $i -gt 0 ]
	verdict $? "modes and timing change while CPU 1 goes offline and online $i times"
	rmmod irqstorm_eoi
else
	nr=$((nr + 1))
	echo "ok $nr - CPU 1 goes offline and online # SKIP no CPU 1 that can"
fi

after=$(irqs)
[ "$after" -gt "$before" ]
verdict $? "the disk made interrupts all the while ($((after - before)))"
kill -TERM $storm
wait $storm
verdict $? "every read came back: $(cat /tmp/storm)"
# what was wrong before the module came is not its doing
dmesg | grep -q "$begin" &&
	! dmesg | sed "1,/$begin/d" | grep -qE 'WARNING|BUG|Call Trace|stall|lockup|I/O error'
verdict $? "the kernel's log has no complaint"
echo "1..$nr"
exit $failed
