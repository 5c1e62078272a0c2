using System.Runtime.InteropServices;
using OrleansHybrid.Fakes;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

if (Option("--user") is not { } user || Option("--key-file") is not { } file || !int.TryParse(Option("--port") ?? "0", out var port))
{
    Console.Error.WriteLine("usage: FakeJarvice --user U --key-file F [--port N]");
    return 2;
}

var key = (await File.ReadAllTextAsync(file)).TrimEnd('\r', '\n');
await using var fake = await FakeJarvice.StartAsync(new FakeJarviceOptions { Accounts = [new FakeAccount(user, key)], Port = port });
Console.WriteLine($"listening on {fake.BaseUrl}");
var end = new TaskCompletionSource();
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await end.Task;
return 0;
