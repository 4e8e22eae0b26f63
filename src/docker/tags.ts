// Printed by scripts/refresh.ts from the history of the library; not to be edited by hand.
// Source: https://github.com/docker-library/official-images/commits/master/library/docker

/** The newest release that the table knows. */
export const newestRelease = '29.7.2';

/**
 * Every tag that the official image ever had, a line for each set of suffixes: `suffixes: bases`. A tag is base and suffix
 * joined by a hyphen; `.` stands for no base or no suffix. `24=24.0.9` last stood for that release; a base with three
 * parts is its own. `+` is still built.
 */
export const tagTable = `
git: .=25.0.5 rc=25.0.0
windowsservercore-1809: .=28.2.2 28-rc=28.2.0 28=28.2.2 rc=28.2.0
cli dind dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: .=29.7.2+
. dind git: 1.0.1 1.0=1.0.1 1.1.2 1.1=1.1.2 1.2.0 1.2=1.2.0 1.3.3 1.3=1.3.3 1.4.1 1.4=1.4.1 1.5.0 1.5=1.5.0 1.6.2 1.6=1.6.2 1.7.1 1.7=1.7.1 1.8-rc=1.8.2 1.8.1 1.8.2 1.8.2-rc1 1.8.3 1.8=1.8.3 1.9-rc=1.9.1 1.9.0 1.9.0-rc1 1.9.0-rc2 1.9.0-rc3 1.9.0-rc4 1.9.0-rc5 1.9.1 1.9.1-rc1 1.9=1.9.1 1.10-rc=1.10.2 1.10.0 1.10.0-rc1 1.10.0-rc2 1.10.0-rc3 1.10.1 1.10.2 1.10.2-rc1 1.10.3 1.10=1.10.3 1.11-rc=1.11.0 1.11.0 1.11.0-rc3 1.11.0-rc4 1.11.0-rc5 1.11.1 1.11.2 1.11=1.11.2 1.12.0 1.12.0-rc1 1.12.0-rc2 1.12.0-rc3 1.12.0-rc4 1.12.0-rc5 1.13-rc=1.13.0 1.13.0 1.13.0-rc1 1.13.0-rc2 1.13.0-rc3 1.13.0-rc4 1.13.0-rc5 1.13.0-rc6 1.13.0-rc7 1.13.1 1.13=1.13.1 1=1.13.1 17.03-rc=17.03.2 17.03.0 17.03.0-ce 17.03.0-ce-rc1 17.03.1 17.03.1-ce 17.03.2 17.03.2-ce 17.03.2-ce-rc1 17.03=17.03.2 17.04-rc=17.04.0 17.04.0 17.04.0-ce 17.04.0-ce-rc1 17.04.0-ce-rc2 17.04=17.04.0 17.05-rc=17.05.0 17.05.0 17.05.0-ce 17.05.0-ce-rc1 17.05.0-ce-rc2 17.05.0-ce-rc3 17.05=17.05.0 17.06-rc=17.06.2 17.06.0 17.06.0-ce 17.06.0-ce-rc1 17.06.0-ce-rc2 17.06.0-ce-rc3 17.06.0-ce-rc4 17.06.0-ce-rc5 17.06.1 17.06.1-ce 17.06.1-ce-rc1 17.06.1-ce-rc2 17.06.1-ce-rc3 17.06.1-ce-rc4 17.06.2-ce-rc1 17.07-rc=17.07.0 17.07.0-ce-rc1 17.07.0-ce-rc2 17.07.0-ce-rc3 17.07.0-ce-rc4 17.09-rc=17.09.1 17.09.0-ce-rc1 17.09.0-ce-rc2 17.09.0-ce-rc3 17.09.1 17.09.1-ce 17.09.1-ce-rc1 17.09=17.09.1 17.10.0-ce-rc1 17.11.0 17.11.0-ce 17.11.0-ce-rc4 17.11=17.11.0 17.12-rc=17.12.1 17.12.0 17.12.0-ce 17.12.0-ce-rc1 17.12.0-ce-rc2 17.12.0-ce-rc3 17.12.0-ce-rc4 17.12.1 17.12.1-ce 17.12.1-ce-rc1 17.12.1-ce-rc2 17.12=17.12.1 17=17.12.1 18.01-rc=18.01.0 18.01.0 18.01.0-ce 18.01.0-ce-rc1 18.01=18.01.0 18.02-rc=18.02.0 18.02.0 18.02.0-ce 18.02.0-ce-rc1 18.02.0-ce-rc2 18.02=18.02.0 18.03-rc=18.03.1 18.03.0 18.03.0-ce 18.03.0-ce-rc1 18.03.0-ce-rc3 18.03.0-ce-rc4 18.03.1 18.03.1-ce 18.03.1-ce-rc1 18.03.1-ce-rc2 18.03=18.03.1 18.04-rc=18.04.0 18.04.0 18.04.0-ce 18.04.0-ce-rc1 18.04.0-ce-rc2 18.04=18.04.0 18.05-rc=18.05.0 18.05.0 18.05.0-ce 18.05.0-ce-rc1 18.05=18.05.0 18.06-rc=18.06.1 18.06.0 18.06.0-ce 18.06.0-ce-rc1 18.06.0-ce-rc2 18.06.0-ce-rc3 18.06.1 18.06.1-ce 18.06.1-ce-rc1 18.06.1-ce-rc2 18.06.2 18.06.2-ce 18.06.3 18.06.3-ce 18.06=18.06.3 18.09-rc=18.09.9 18.09.0 18.09.0-beta3 18.09.0-beta5 18.09.0-ce-beta1 18.09.0-ce-tp3 18.09.0-ce-tp4 18.09.0-ce-tp6 18.09.0-rc1 18.09.1 18.09.1-beta2 18.09.1-rc1 18.09.2 18.09.3 18.09.3-rc1 18.09.4 18.09.4-rc1 18.09.5 18.09.5-rc1 18.09.6 18.09.6-rc1 18.09.7 18.09.7-rc1 18.09.8 18.09.9 18.09.9-beta1 18.09.9-rc1 18.09=18.09.9 18=18.09.9 19.03.0 19.03.0-beta1 19.03.0-beta2 19.03.0-beta3 19.03.0-beta4 19.03.0-beta5 19.03.0-rc2 19.03.0-rc3 edge=18.06.3 experimental=1.12.6
. dind experimental experimental-dind experimental-git git: 1.12-rc=1.12.2 1.12.1 1.12.2 1.12.2-rc1 1.12.2-rc2 1.12.2-rc3 1.12.3 1.12.4 1.12.5 1.12.6 1.12=1.12.6
experimental experimental-dind experimental-git: 1=1.12.6 rc=1.12.2
. dind git windowsservercore: 17.06.2 17.06.2-ce 17.06=17.06.2 17.07.0 17.07.0-ce 17.07=17.07.0 17.10-rc=17.10.0 17.10.0 17.10.0-ce 17.10.0-ce-rc2 17.10=17.10.0 17.11-rc=17.11.0 17.11.0-ce-rc2 17.11.0-ce-rc3
. dind git windowsservercore windowsservercore-1709 windowsservercore-ltsc2016: 17.09.0 17.09.0-ce
windowsservercore windowsservercore-1709 windowsservercore-ltsc2016: 17.09=17.09.0 stable=17.09.0
windowsservercore: 17=17.10.0 edge=17.10.0 test=17.11.0
. dind dind-rootless git: 19.03-rc=19.03.13 19.03.1 19.03.2 19.03.2-beta1 19.03.2-rc1 19.03.3 19.03.3-beta1 19.03.3-beta2 19.03.3-rc1 19.03.4 19.03.4-rc1 19.03.5 19.03.5-beta1 19.03.5-beta2 19.03.5-rc1 19.03.6 19.03.6-rc1 19.03.6-rc2 19.03.7 19.03.8 19.03.9 19.03.10 19.03.11 19.03.12 19.03.13 19.03.13-beta1 19.03.13-beta2 19.03.14 19.03=19.03.15 19=19.03.15 20.10.0 20.10.0-beta1 20.10.0-rc1 20.10.0-rc2 20.10.1 20.10.2 20.10.3 20.10.4 20.10.5 20.10.6 stable=19.03.14 test=19.03.13
. alpine3.13 dind dind-alpine3.13 dind-rootless git: 19.03.15
. dind dind-rootless git windowsservercore windowsservercore-1809: 20.10-rc=20.10.10 20.10.7
. alpine3.13 alpine3.14 dind dind-alpine3.13 dind-alpine3.14 dind-rootless git windowsservercore windowsservercore-1809: 20.10.8
. alpine3.14 dind dind-alpine3.14 dind-rootless git windowsservercore windowsservercore-1809: 20.10.9 20.10.10 20.10.10-rc1 20.10.11
. alpine3.14 alpine3.15 dind dind-alpine3.14 dind-alpine3.15 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.12
. alpine3.15 dind dind-alpine3.15 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.13 20.10.14 20.10.15
. alpine3.15 alpine3.16 dind dind-alpine3.15 dind-alpine3.16 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.16
. alpine3.16 cli cli-alpine3.16 dind dind-alpine3.16 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.17 20.10.18 20.10.19 20.10.20
. alpine3.16 alpine3.17 cli cli-alpine3.16 cli-alpine3.17 dind dind-alpine3.16 dind-alpine3.17 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.21 22.06.0-beta.0
. alpine3.17 cli cli-alpine3.17 dind dind-alpine3.17 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.22 20.10.23 23.0.0 23.0.0-beta.1 23.0.0-rc.1 23.0.0-rc.2 23.0.0-rc.3 23.0.0-rc.4 23.0.1 23.0.2 23.0.3 23.0.4 23.0.5 24.0.0-beta.1 24.0.0-beta.2 24.0.0-rc.1
. alpine3.17 alpine3.18 cli cli-alpine3.17 cli-alpine3.18 dind dind-alpine3.17 dind-alpine3.18 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10.24 23.0.6 24.0.0-rc.2
. cli dind dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 20.10=20.10.24 20=20.10.24 22.06-rc=22.06.0 23.0-rc=23.0.0 23.0=23.0.6 23=23.0.6 24-rc=24.0.0 24.0=24.0.9 24=24.0.9 25-rc=25.0.0 25.0=25.0.5 25=25.0.5
. alpine3.18 cli cli-alpine3.18 dind dind-alpine3.18 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 24.0.0 24.0.0-rc.3 24.0.0-rc.4 24.0.1 24.0.2 24.0.3 24.0.4 24.0.5 24.0.6 25.0.0-beta.1
. alpine3.18 alpine3.19 cli cli-alpine3.18 cli-alpine3.19 dind dind-alpine3.18 dind-alpine3.19 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 24.0.7 25.0.0-beta.2
. alpine3.19 cli cli-alpine3.19 dind dind-alpine3.19 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 24.0.8 25.0.0 25.0.0-beta.3 25.0.0-rc.1 25.0.0-rc.2 25.0.0-rc.3 25.0.1 25.0.2 25.0.3 25.0.4
. alpine3.19 alpine3.20 cli cli-alpine3.19 cli-alpine3.20 dind dind-alpine3.19 dind-alpine3.20 dind-rootless git windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 24.0.9 25.0.5
. cli dind dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 26-rc=26.0.0 26.0=26.0.2 26.1=26.1.4 26=26.1.4 27-rc=27.5.0 27.0=27.0.3 27.1=27.1.2 27.2=27.2.1 27.3=27.3.1 27.4=27.4.1
. alpine3.19 cli cli-alpine3.19 dind dind-alpine3.19 dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 26.0.0 26.0.0-rc1 26.0.0-rc2 26.0.0-rc3 26.0.1 26.0.2 26.1.0 26.1.1 26.1.2
. alpine3.19 alpine3.20 cli cli-alpine3.19 cli-alpine3.20 dind dind-alpine3.19 dind-alpine3.20 dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 26.1.3
. alpine3.20 cli cli-alpine3.20 dind dind-alpine3.20 dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 26.1.4 27.0.0-rc.1 27.0.0-rc.2 27.0.1 27.0.1-rc.1 27.0.2 27.0.3 27.1.0 27.1.1 27.1.2 27.2.0 27.2.0-rc.1 27.2.1 27.3.0 27.3.0-rc.1 27.3.0-rc.2 27.3.1 27.4.0-rc.1 27.4.0-rc.2 27.4.0-rc.3 27.4.0-rc.4
. alpine3.21 cli cli-alpine3.21 dind dind-alpine3.21 dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022: 27.4.0 27.4.1 27.5.0 27.5.0-rc.1 27.5.0-rc.2
. alpine3.21 cli cli-alpine3.21 dind dind-alpine3.21 dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022 windowsservercore-ltsc2025: 27.5.1 28.0.0 28.0.0-rc.1 28.0.0-rc.2 28.0.0-rc.3 28.0.1 28.0.2 28.0.4 28.1.0 28.1.0-rc.1 28.1.1 28.2.0-rc.1 28.2.0-rc.2 28.2.1
. cli dind dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022 windowsservercore-ltsc2025: 27.5=27.5.1 27=27.5.1 28.0=28.0.4 28.1=28.1.1 28.2=28.2.2
. cli dind dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: 28-rc=28.5.0 28.3=28.3.3 28.4=28.4.0 28.5=28.5.2 28=28.5.2 29-rc=29.7.0 29.0=29.0.4 29.1=29.1.5 29.2=29.2.1 29.3=29.3.1 29.4=29.4.3 29.5=29.5.3 29.6=29.6.2 29.7=29.7.2+ 29=29.7.2+ rc=29.7.0
. alpine3.21 alpine3.22 cli cli-alpine3.21 cli-alpine3.22 dind dind-alpine3.21 dind-alpine3.22 dind-rootless windowsservercore windowsservercore-1809 windowsservercore-ltsc2022 windowsservercore-ltsc2025: 28.2.2
. alpine3.22 cli cli-alpine3.22 dind dind-alpine3.22 dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: 28.3.0 28.3.0-rc.1 28.3.0-rc.2 28.3.1 28.3.2 28.3.3 28.4.0 28.4.0-rc.1 28.4.0-rc.2 28.5.0 28.5.0-rc.1 28.5.1 28.5.2 29.0.0 29.0.0-rc.1 29.0.0-rc.2 29.0.0-rc.3 29.0.1 29.0.2 29.0.3 29.0.4 29.1.0-rc.1 29.1.1
. alpine3.22 alpine3.23 cli cli-alpine3.22 cli-alpine3.23 dind dind-alpine3.22 dind-alpine3.23 dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: 29.1.2
. alpine3.23 cli cli-alpine3.23 dind dind-alpine3.23 dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: 29.1.3 29.1.4 29.1.5 29.2.0 29.2.0-rc.1 29.2.0-rc.2 29.2.1 29.3.0 29.3.0-rc.1 29.3.1 29.4.0 29.4.0-rc.1 29.4.1 29.4.3 29.5.0 29.5.1 29.5.2
. alpine3.23 alpine3.24 cli cli-alpine3.23 cli-alpine3.24 dind dind-alpine3.23 dind-alpine3.24 dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: 29.5.3
. alpine3.24 cli cli-alpine3.24 dind dind-alpine3.24 dind-rootless windowsservercore windowsservercore-ltsc2022 windowsservercore-ltsc2025: 29.6.0 29.6.0-rc.1 29.6.1 29.6.2 29.7.0 29.7.0-rc.1 29.7.1 29.7.2+
.: latest=29.7.2+
`;
