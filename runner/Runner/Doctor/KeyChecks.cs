using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Settings;

namespace OrleansHybrid.Runner.Doctor;

/// <summary>Whether the decryption keys can be read, which they are, and whether they open what is sealed for them.</summary>
internal sealed class KeyChecks(SettingSource source)
{
    private const string None = "DECRYPTION_KEY is not set: payloads are taken as they come";

    private readonly (string? Text, string Problem) _given = Given(source);

    public IEnumerable<Check> All => [new("key", Read), new("decryption", Open)];

    private Task<Finding> Read(CancellationToken cancellationToken) =>
        With(keys => Finding.Ok($"{keys.Ids.Count} of them, with id {string.Join(", ", keys.Ids)}"));

    private Task<Finding> Open(CancellationToken cancellationToken) => With(keys => keys.Unfit() is { Count: > 0 } unfit
        ? Finding.Fail($"what is sealed with key {string.Join(", ", unfit)} does not open again: this machine lacks AES-GCM or OAEP, or forbids them")
        : Finding.Ok("a payload sealed with each key opens again, in each form that it is for"));

    private Task<Finding> With(Func<DecryptionKeys, Finding> look)
    {
        if (_given.Text is not { } text)
        {
            return Task.FromResult(_given.Problem.Length > 0 ? Finding.Fail(_given.Problem) : Finding.Ok(None));
        }

        if (!DecryptionKeys.TryParse(text, out var keys, out var problem))
        {
            return Task.FromResult(Finding.Fail($"DECRYPTION_KEY can't be used: {problem}"));
        }

        using (keys)
        {
            return Task.FromResult(look(keys));
        }
    }

    private static (string? Text, string Problem) Given(SettingSource source)
    {
        try
        {
            return (source.Secret("DECRYPTION_KEY"), "");
        }
        catch (BadSettingException ex)
        {
            return (null, ex.Message);
        }
    }
}
