package io.github.seccompagent.app.e2e.record;

import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Real programs, each as a shell script that uses it and prints what it has done. $W is a folder for each run. */
final class TablePrograms {
    private static final String AS_NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups ";

    private TablePrograms() {}

    static Map<String, String> all(Path folder) throws IOException {
        Map<String, String> programs = new LinkedHashMap<>();
        Path conf = Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; worker_processes 2; error_log stderr; pid nginx.pid; events {}"
                        + " http { access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f;"
                        + " uwsgi_temp_path u; scgi_temp_path s; server { listen 127.0.0.1:18080; root /etc; } }");
        programs.put(
                "nginx",
                "nginx -p $W -c " + conf + " 2>/dev/null & for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3;"
                        + " curl -sf http://127.0.0.1:18080/hostname && break; done; kill -QUIT $!; wait $!; echo $?");
        programs.put(
                "redis",
                "redis-server --port 16379 --dir $W --save '' >/dev/null & for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3;"
                        + " redis-cli -p 16379 set a b && break; done; redis-cli -p 16379 get a;"
                        + " redis-cli -p 16379 bgsave >/dev/null; until redis-cli -p 16379 info persistence"
                        + " | grep -q bgsave_in_progress:0; do sleep 0.1; done; redis-cli -p 16379 shutdown nosave;"
                        + " wait $!; echo $?");
        programs.put(
                "postgres",
                "chown 65534 $W; exec " + AS_NOBODY + "bash -c 'cd $W; initdb -D pg >/dev/null && pg_ctl -D pg -w"
                        + " -o \"-p 15432 -k $W\" -l log start >/dev/null && psql -h $W -p 15432 -d postgres -U nobody"
                        + " -Atc \"create table t (a int); insert into t select generate_series(1, 1000);"
                        + " select sum(a) from t\"; pg_ctl -D pg -m fast stop >/dev/null; echo $?'");
        programs.put(
                "python3",
                "python3 -c 'import subprocess, threading, tempfile, sqlite3, socket, json;"
                        + " t = threading.Thread(target=lambda: print(1)); t.start(); t.join();"
                        + " print(subprocess.check_output([\"echo\", \"x\"])); print(tempfile.mkdtemp()[:4]);"
                        + " s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(json.dumps([2]))'");
        programs.put(
                "node",
                "node -e 'const s = require(\"http\").createServer((q, r) => r.end(\"hi\")).listen(0, () =>"
                        + " fetch(\"http://127.0.0.1:\" + s.address().port).then(r => r.text()).then(t => {"
                        + " console.log(t); s.close(); s.closeAllConnections(); }))'");
        Path hello = Files.writeString(
                folder.resolve("Hello.java"),
                "public class Hello { public static void main(String[] a) throws Exception {"
                        + " Thread t = new Thread(() -> System.out.println(\"hi\")); t.start(); t.join();"
                        + " System.out.println(new String(new ProcessBuilder(\"echo\", \"x\").start()"
                        + ".getInputStream().readAllBytes())); } }");
        programs.put("Java", "java " + hello);
        Path go = Files.writeString(
                folder.resolve("main.go"),
                "package main\nimport (\"fmt\"; \"net\"; \"os\"; \"sync\")\nfunc main() { var w sync.WaitGroup;"
                        + " for i := 0; i < 20; i++ { w.Add(1); go func()"
                        + " { os.ReadFile(\"/etc/hostname\"); w.Done() }() };"
                        + " w.Wait(); l, e := net.Listen(\"tcp\", \"127.0.0.1:0\"); fmt.Println(l != nil, e) }\n");
        Command.run(300, List.of("sh", "-c", "cd " + folder + " && CGO_ENABLED=0 go build -o gostatic " + go))
                .orFail();
        programs.put("Go, static", folder.resolve("gostatic").toString());
        programs.put("32-bit", "for i in 24 199 359; do " + TestPrograms.rawCall32() + " $i 1 1 0; echo $?; done");
        programs.put(
                "git",
                "git init -q $W/a && cd $W/a && echo x >f && git add f && git -c user.name=a"
                        + " -c user.email=b commit -qm m"
                        + " && git clone -q file://$W/a $W/b && cat $W/b/f");
        programs.put(
                "sqlite3",
                "sqlite3 $W/db 'pragma journal_mode=wal; create table t (a); insert into t values (1), (2);"
                        + " select sum(a) from t; vacuum'");
        programs.put(
                "curl, TLS",
                "openssl req -x509 -newkey rsa:2048 -nodes -keyout $W/k -out $W/c -subj /CN=localhost 2>/dev/null;"
                        + " openssl s_server -accept 14433 -key $W/k -cert $W/c -www >/dev/null 2>&1 &"
                        + " for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3; curl -s --cacert $W/c -o /dev/null -w"
                        + " '%{http_code}' https://localhost:14433/ && break; done; kill $!; wait $!; echo");
        programs.put(
                "busybox sh",
                "exec busybox sh -c 'busybox ls / >/dev/null; busybox mkdir $W/d; busybox tar cf $W/t /etc/hostname"
                        + " 2>/dev/null; busybox wc -c <$W/t'");
        programs.put("bash script", "for i in 3 1 2; do echo $i; done | sort; cat <(echo x); (cd /; pwd)");
        programs.put("gcc", "echo 'int main(void) { return 5; }' | gcc -x c -O2 -o $W/five -; $W/five; echo $?");
        programs.put(
                "apt-get update",
                "mkdir -p $W/s/lists/partial $W/c/archives/partial; apt-get -o Dir::State=$W/s -o Dir::Cache=$W/c"
                        + " -o Dir::State::status=/var/lib/dpkg/status -qq update >/dev/null 2>&1; echo $?");
        return programs;
    }
}
