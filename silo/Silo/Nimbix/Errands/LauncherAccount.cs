namespace Orleans.Hybrid.Silo.Nimbix.Errands;

/// <summary>
/// The provider's account that this silo has the key of, and which key that is: a fingerprint that can't be turned back.
/// </summary>
internal sealed record LauncherAccount(string Name, Func<string?> KeyGeneration);
