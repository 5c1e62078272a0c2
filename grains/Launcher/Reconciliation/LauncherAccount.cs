namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>
/// The provider's account that this silo has the key of, which key that is, as a fingerprint that can't be turned back, and whether the
/// policy counts what others start there.
/// </summary>
internal sealed record LauncherAccount(string Name, Func<string?> KeyVersion, Func<bool> CountsForeignJobs);
