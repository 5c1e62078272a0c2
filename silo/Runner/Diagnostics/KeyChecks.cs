using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Configuration;

namespace OrleansHybrid.Runner.Diagnostics;

/// <summary>Whether the decryption keys can be read, which they are, and whether they open what is sealed for them.</summary>
internal sealed class KeyChecks(SecretSource secrets)
{
    private const string None = "DECRYPTION_KEY is not set: payloads are not decrypted";

    private readonly (string? Text, string Problem) _given = ReadKey(secrets);

    public IEnumerable<Check> All => [new("key", Read), new("decryption", Open)];

    private Task<CheckResult> Read(CancellationToken cancellationToken) =>
        With(keys => CheckResult.Ok($"{keys.Ids.Count} of them, with id {string.Join(", ", keys.Ids)}"));

    private Task<CheckResult> Open(CancellationToken cancellationToken) => With(keys => keys.FindUnusable() is { Count: > 0 } unfit
        ? CheckResult.Fail($"what is sealed with key {string.Join(", ", unfit)} does not open again: this machine lacks AES-GCM or OAEP, or forbids them")
        : CheckResult.Ok("a payload sealed with each key opens again, in each form that it is for"));

    private Task<CheckResult> With(Func<DecryptionKeys, CheckResult> check)
    {
        if (_given.Text is not { } text)
        {
            return Task.FromResult(_given.Problem.Length > 0 ? CheckResult.Fail(_given.Problem) : CheckResult.Ok(None));
        }

        if (!DecryptionKeys.TryParse(text, out var keys, out var problem))
        {
            return Task.FromResult(CheckResult.Fail($"DECRYPTION_KEY can't be used: {problem}"));
        }

        using (keys)
        {
            return Task.FromResult(check(keys));
        }
    }

    private static (string? Text, string Problem) ReadKey(SecretSource secrets)
    {
        try
        {
            return (secrets.Read("DECRYPTION_KEY"), "");
        }
        catch (ConfigurationException ex)
        {
            return (null, ex.Message);
        }
    }
}
